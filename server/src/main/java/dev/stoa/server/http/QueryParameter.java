package dev.stoa.server.http;

/// A parameter that may stand in a query.
record QueryParameter(String name, Form form, String summary) {
    /// What its text is.
    enum Form {
        TEXT,
        INTEGER,
        TIME,
        BOOLEAN,
        /// May be repeated.
        EACH,
        /// May be repeated, or given at once, parted by commas.
        TEXTS,
        STATUS
    }

    boolean mayRepeat() {
        return form == Form.EACH || form == Form.TEXTS;
    }

    static QueryParameter text(String name, String summary) {
        return new QueryParameter(name, Form.TEXT, summary);
    }

    static QueryParameter integer(String name, String summary) {
        return new QueryParameter(name, Form.INTEGER, summary);
    }

    static QueryParameter time(String name, String summary) {
        return new QueryParameter(name, Form.TIME, summary);
    }
}
