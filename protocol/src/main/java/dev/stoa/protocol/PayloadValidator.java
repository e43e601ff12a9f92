package dev.stoa.protocol;

import java.util.List;

/// Checks values against their declared constraints, beyond what decoding checks.
///
/// The port with two implementations: [BeanValidation] reads Jakarta Validation annotations,
/// [JsonSchemaValidation] reads a JSON Schema given at run time. Implementations are thread-safe and do
/// not block.
@FunctionalInterface
public interface PayloadValidator {
    /// Returns every constraint that `value` breaks, with paths relative to it; empty when it is valid.
    List<Issue> validate(Object value);

    /// Accepts everything.
    static PayloadValidator none() {
        return value -> List.of();
    }
}
