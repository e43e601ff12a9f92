package dev.stoa.app;

import dev.stoa.server.StoaApp;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes applications from their class names. Immutable.
///
/// The class loader stays open as long as the process runs, since applications load classes late.
final class ApplicationLoader {
    private final ClassLoader classes;

    private ApplicationLoader(ClassLoader classes) {
        this.classes = classes;
    }

    /// @param classpath jars and folders beside the server's own classes, separated as in `java -cp`;
    ///     may be empty
    /// @throws StartupException when one of them does not exist
    static ApplicationLoader of(String classpath) {
        List<URL> urls = new ArrayList<>();
        for (String entry : classpath.split(File.pathSeparator)) {
            if (!entry.isEmpty()) {
                urls.add(existing(Path.of(entry)));
            }
        }
        ClassLoader own = ApplicationLoader.class.getClassLoader();
        return new ApplicationLoader(urls.isEmpty() ? own : new URLClassLoader(urls.toArray(URL[]::new), own));
    }

    private static URL existing(Path entry) {
        try {
            if (!Files.exists(entry)) {
                throw StartupException.wrongSettings("--classpath: there is no " + entry, null);
            }
            return entry.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException("a file's URI is a URL", impossible);
        }
    }

    List<StoaApp> load(List<String> classNames) {
        return classNames.stream().map(this::load).toList();
    }

    private StoaApp load(String className) {
        try {
            return Class.forName(className, true, classes)
                    .asSubclass(StoaApp.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ClassNotFoundException missing) {
            throw StartupException.wrongSettings(
                    "application " + className + " is not on the class path; --classpath names the jar it is in",
                    missing);
        } catch (ClassCastException other) {
            throw StartupException.wrongSettings(
                    "application " + className + " does not implement " + StoaApp.class.getName(), other);
        } catch (InvocationTargetException broken) {
            throw StartupException.cannotStart(
                    "application " + className + " failed to start: " + broken.getCause(), broken);
        } catch (ReflectiveOperationException closed) {
            throw StartupException.wrongSettings(
                    "application " + className + " needs to be public with a public constructor without parameters",
                    closed);
        }
    }
}
