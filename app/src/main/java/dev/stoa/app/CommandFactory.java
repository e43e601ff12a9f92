package dev.stoa.app;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/// Gives the commands their surroundings. Immutable.
final class CommandFactory implements IFactory {
    private final Surroundings surroundings;

    CommandFactory(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == DevCommand.class) {
            return type.cast(new DevCommand(surroundings));
        }
        if (type == ServeCommand.class) {
            return type.cast(new ServeCommand(surroundings));
        }
        return CommandLine.defaultFactory().create(type);
    }
}
