package dev.stoa.server.delivery;

/// One socket's place in an [Audience].
///
/// Confined to the event loop.
final class Seat {
    final Audience audience;
    final Outlet outlet;

    /// Where the audience keeps what it knows of this seat.
    int index;

    Seat(Audience audience, Outlet outlet) {
        this.audience = audience;
        this.outlet = outlet;
    }

    void catchUp() {
        audience.catchUp(this);
    }
}
