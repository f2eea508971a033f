package dev.unpark.dumps;

import java.io.InputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file in an archive, to be read before the next one is asked for.
 *
 * @param name as the archive says, with folders
 * @param written when, or null when the archive does not tell
 * @param content its bytes, which end with it
 */
record PackedFile(String name, @Nullable Instant written, InputStream content) {}
