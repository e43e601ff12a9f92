package dev.stoa.server;

/// An application on Stoa: adds its endpoints and options to a server that somebody else starts, be it a
/// `main` of its own, Spring, or the stand-alone server given this class's name.
@FunctionalInterface
public interface StoaApp {
    /// Configures the server before it starts.
    void configure(Stoa.Builder server) throws Exception;
}
