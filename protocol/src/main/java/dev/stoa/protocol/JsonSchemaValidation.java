package dev.stoa.protocol;

import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Constraints given as a JSON Schema (2020-12), for contracts known only at run time.
///
/// Needs `com.networknt:json-schema-validator` on the class path; the server brings it. References to
/// other documents are refused, nothing is fetched. `format` is an annotation, not a constraint.
/// Thread-safe.
final class JsonSchemaValidation implements PayloadValidator {
    private static final String DIALECTS = "https://json-schema.org/draft/2020-12/";
    private static final String DIALECT = DIALECTS + "schema";

    private final Schema schema;

    private JsonSchemaValidation(Schema schema) {
        this.schema = schema;
    }

    /// @throws IllegalArgumentException when `schema` is not a schema or refers to another document
    static PayloadValidator of(JsonNode schema) {
        refuseForeignReferences(schema, schema);
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaLoader(loader -> loader.block(JsonSchemaValidation::isForeign)));
        List<Error> faults = registry.getSchema(SchemaLocation.of(DIALECT)).validate(schema);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("not a JSON Schema (2020-12): " + faults);
        }
        try {
            return new JsonSchemaValidation(registry.getSchema(schema));
        } catch (SchemaException fault) {
            throw new IllegalArgumentException("not a JSON Schema (2020-12): " + fault.getMessage(), fault);
        }
    }

    private static boolean isForeign(AbsoluteIri document) {
        return !document.toString().startsWith(DIALECTS);
    }

    private static void refuseForeignReferences(JsonNode root, JsonNode node) {
        String target = node.path("$ref").asString("#");
        if (!resolves(root, target)) {
            throw new IllegalArgumentException("JSON Schema reference leads nowhere in its own document: " + target);
        }
        node.forEach(child -> refuseForeignReferences(root, child));
    }

    private static boolean resolves(JsonNode root, String reference) {
        if (reference.startsWith("#/")) {
            String pointer = URLDecoder.decode(reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
            return !root.at(pointer).isMissingNode();
        }
        return reference.startsWith("#");
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
