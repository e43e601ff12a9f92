package dev.stoa.server.schema;

import com.github.victools.jsonschema.generator.SchemaBuilder;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import java.lang.reflect.Type;
import tools.jackson.databind.node.ObjectNode;

/// Schemas of many contracts that refer to each other within one document, as in OpenAPI. Confined to one thread.
public final class ComponentSchemas {
    private final SchemaBuilder builder =
            new SchemaGenerator(ContractRules.componentsConfig()).buildMultipleSchemaDefinitions();
    private final String place;

    /// @param place where the document has them, like `components/schemas`
    public ComponentSchemas(String place) {
        this.place = place;
    }

    /// What stands for a contract where it is used.
    public ObjectNode reference(Type contract) {
        return builder.createSchemaReference(contract);
    }

    /// The schemas of all contracts referred to so far, by name; references to them are complete from here on.
    public ObjectNode collect() {
        return builder.collectDefinitions(place);
    }
}
