package dev.stoa.server;

import java.nio.file.Path;

/// Where the server's certificate is. Both files are read again when they change, without a restart.
///
/// @param certificate PEM file with the certificate chain
/// @param key PEM file with its private key (PKCS#8)
public record Tls(Path certificate, Path key) {}
