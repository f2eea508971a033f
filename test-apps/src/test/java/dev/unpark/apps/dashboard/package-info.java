/**
 * The one source of the dashboards: what {@code grafana-dashboards/*.json} is made from.
 *
 * <p>A metric is named by its row in the table of metrics, so that a panel cannot ask for one that
 * there is not. Nothing here talks to Grafana.
 */
@NullMarked
package dev.unpark.apps.dashboard;

import org.jspecify.annotations.NullMarked;
