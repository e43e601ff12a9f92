package dev.stoa.app.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file of a site, as the jar holds it.
///
/// @param content not to be changed
record Page(String contentType, byte[] content) {
    private static final Pattern FILE = Pattern.compile("[a-z][a-z0-9-]{0,63}\\.(html|css|js|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    /// Reads a file of a folder; a name that is not a plain file name finds nothing.
    static Optional<Page> find(String folder, String file) {
        Matcher name = FILE.matcher(file);
        if (!name.matches()) {
            return Optional.empty();
        }
        try (InputStream in = Page.class.getResourceAsStream("/pages/" + folder + "/" + file)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new Page(TYPES.getOrDefault(name.group(1), "text/plain"), in.readAllBytes()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
