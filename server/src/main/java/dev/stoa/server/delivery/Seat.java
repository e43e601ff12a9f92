package dev.stoa.server.delivery;

/// One socket's place in an [Audience], with how much of the audience's current batch it already has.
///
/// Confined to the event loop.
final class Seat {
    final Audience audience;
    final Outlet outlet;
    int index;
    private int batchId = -1;
    private int position;

    Seat(Audience audience, Outlet outlet) {
        this.audience = audience;
        this.outlet = outlet;
    }

    /// Bytes of batch `id` that this socket has already got or must not get.
    int position(int id) {
        return batchId == id ? position : 0;
    }

    void moveTo(int id, int newPosition) {
        batchId = id;
        position = newPosition;
    }

    void catchUp() {
        audience.catchUp(this);
    }
}
