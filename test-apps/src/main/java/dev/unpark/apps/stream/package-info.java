/**
 * Orders on a log: a producer, a real Kafka broker, which the program starts and ends by itself,
 * and a consumer.
 *
 * <p>The fault: the consumer asks the warehouse about each order, one after the other, and so works
 * on fewer a second than come. Nothing fails, and no thread is stuck: what customers have done
 * shows later and later.
 */
@NullMarked
package dev.unpark.apps.stream;

import org.jspecify.annotations.NullMarked;
