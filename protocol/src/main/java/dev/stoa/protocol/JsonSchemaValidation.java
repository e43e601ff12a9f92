package dev.stoa.protocol;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Constraints given as a JSON Schema (2020-12), for contracts known only at run time.
///
/// Needs `com.networknt:json-schema-validator` on the class path; the server brings it. References to other documents
/// are
/// not followed. Thread-safe.
final class JsonSchemaValidation implements PayloadValidator {
    private final Schema schema;

    private JsonSchemaValidation(Schema schema) {
        this.schema = schema;
    }

    static PayloadValidator of(JsonNode schema) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        return new JsonSchemaValidation(registry.getSchema(schema));
    }

    @Override
    public List<Issue> validate(Object value) {
        return schema.validate((JsonNode) value).stream()
                .map(error -> new Issue(path(error.getInstanceLocation().toString()), error.getMessage()))
                .toList();
    }

    private static String path(String pointer) {
        return pointer.startsWith("/") ? pointer.substring(1).replace('/', '.') : pointer;
    }
}
