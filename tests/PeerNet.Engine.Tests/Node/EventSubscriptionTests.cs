using PeerNet.Engine.Node;

namespace PeerNet.Engine.Tests.Node;

public sealed class EventSubscriptionTests
{
    private static PeerEvent Event(PeerEventType type, object? detail) =>
        new(type, "node", DateTimeOffset.UnixEpoch, "source", detail);

    private static EventSubscription Subscribe(Action<PeerEvent> observer, Action<Exception>? failed = null) => new(
        observer, lost => Event(PeerEventType.EventsLost, lost), failed ?? (exception => throw exception), _ => { });

    [Fact]
    public async Task Events_arrive_in_order()
    {
        var seen = new List<object?>();
        using EventSubscription subscription = Subscribe(happened => seen.Add(happened.Detail));
        for (int i = 0; i < 100; i++)
        {
            subscription.Publish(Event(PeerEventType.CloudChanged, i));
        }

        subscription.Complete();
        await subscription.Completion;

        Assert.Equal(Enumerable.Range(0, 100).Cast<object?>(), seen);
    }

    [Fact]
    public async Task A_slow_observer_loses_events_and_is_told_once_how_many()
    {
        using var mayGoOn = new ManualResetEventSlim();
        var isBusy = new TaskCompletionSource();
        var seen = new List<PeerEvent>();
        using EventSubscription subscription = Subscribe(happened =>
        {
            isBusy.TrySetResult();
            mayGoOn.Wait();
            seen.Add(happened);
        });
        subscription.Publish(Event(PeerEventType.CloudChanged, "first"));
        await isBusy.Task;

        for (int i = 0; i < EventSubscription.Capacity + 250; i++)
        {
            subscription.Publish(Event(PeerEventType.CloudChanged, i));
        }

        mayGoOn.Set();
        subscription.Complete();
        await subscription.Completion;

        Assert.Equal(EventSubscription.Capacity + 2, seen.Count);
        Assert.Equal(Event(PeerEventType.EventsLost, 250L), seen[^1]);
    }

    [Fact]
    public async Task What_waits_for_a_slow_observer_is_bounded_by_bytes_too()
    {
        const int Length = 1 << 20;
        using var mayGoOn = new ManualResetEventSlim();
        var isBusy = new TaskCompletionSource();
        var seen = new List<PeerEvent>();
        using EventSubscription subscription = Subscribe(happened =>
        {
            isBusy.TrySetResult();
            mayGoOn.Wait();
            seen.Add(happened);
        });
        subscription.Publish(Event(PeerEventType.Error, "first"));
        await isBusy.Task;

        for (int i = 0; i < 1000; i++)
        {
            subscription.Publish(Event(PeerEventType.Error, new string('x', Length)));
        }

        mayGoOn.Set();
        subscription.Complete();
        await subscription.Completion;

        int kept = seen.Count - 2;
        Assert.InRange(kept, 1, (int)(EventSubscription.CapacityBytes / Length));
        Assert.Equal(Event(PeerEventType.EventsLost, 1000L - kept), seen[^1]);
    }

    // Data of 60 MB is told all the same, where nothing else waits.
    [Fact]
    public async Task A_single_event_may_be_larger_than_the_bound()
    {
        var seen = new List<PeerEvent>();
        using EventSubscription subscription = Subscribe(seen.Add);
        subscription.Publish(Event(PeerEventType.Error, new string('x', (int)EventSubscription.CapacityBytes)));

        subscription.Complete();
        await subscription.Completion;

        Assert.Equal(PeerEventType.Error, Assert.Single(seen).Type);
    }

    [Fact]
    public async Task An_observer_that_fails_hears_the_next_event()
    {
        var failures = new List<string>();
        var seen = new List<object?>();
        using EventSubscription subscription = Subscribe(
            happened =>
            {
                seen.Add(happened.Detail);
                throw new InvalidOperationException($"no {happened.Detail}");
            },
            exception => failures.Add(exception.Message));
        subscription.Publish(Event(PeerEventType.Error, 1));
        subscription.Publish(Event(PeerEventType.Error, 2));

        subscription.Complete();
        await subscription.Completion;

        Assert.Equal([1, 2], seen);
        Assert.Equal(["no 1", "no 2"], failures);
    }
}
