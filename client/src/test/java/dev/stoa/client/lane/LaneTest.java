package dev.stoa.client.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Queue<Runnable> handedOver = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private final Lane lane = new Lane(handedOver::add);

    @Test
    void tasksRunInOrderOnOneHandOver() {
        lane.submit(() -> ran.add("a"));
        lane.submit(() -> ran.add("b"));
        assertThat(handedOver).hasSize(1);
        assertThat(ran).isEmpty();

        handedOver.remove().run();

        assertThat(ran).containsExactly("a", "b");
        lane.submit(() -> ran.add("c"));
        assertThat(handedOver).hasSize(1);
    }

    @Test
    void taskThatThrowsHarmsNoOther() {
        lane.submit(() -> {
            throw new IllegalStateException("broken on purpose");
        });
        lane.submit(() -> ran.add("b"));

        handedOver.remove().run();

        assertThat(ran).containsExactly("b");
    }

    @Test
    void pausedLaneWaitsForAsManyResumes() {
        lane.pause();
        lane.pause();
        lane.submit(() -> ran.add("a"));
        lane.resume();
        assertThat(handedOver).isEmpty();

        lane.resume();
        handedOver.remove().run();

        assertThat(ran).containsExactly("a");
    }

    @Test
    void pauseTakesEffectBetweenTasks() {
        lane.submit(lane::pause);
        lane.submit(() -> ran.add("a"));
        handedOver.remove().run();
        assertThat(ran).isEmpty();

        lane.resume();
        handedOver.remove().run();

        assertThat(ran).containsExactly("a");
    }

    @Test
    void executorThatTakesNoMoreLosesNothing() {
        Lane stranded = new Lane(task -> {
            throw new RejectedExecutionException("shut down");
        });

        stranded.submit(() -> ran.add("a"));

        assertThat(ran).containsExactly("a");
    }
}
