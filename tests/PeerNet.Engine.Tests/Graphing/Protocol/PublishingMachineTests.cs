using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

public sealed class PublishingMachineTests
{
    [Fact]
    public void Publishers_wait_for_a_neighbor_that_lags_but_not_for_long()
    {
        var options = new GraphOptions
        {
            SynchronizationWindow = 2048,
            PublishingWindow = 4096,
            PublishingPatience = TimeSpan.FromSeconds(2),
        };
        GraphBench bench = GraphBench.Created(options);
        int slow = bench.AddNeighbor(5);
        bench.AddNeighbor(6);
        bench.Machine.Sent(bench.Now, slow, 1 << 20);
        Assert.True(bench.Machine.PublishingResumes < bench.Now.Elapsed);

        bench.Machine.Add(bench.Now, NewDraft(bench, 5000));
        TimeSpan resumes = bench.Now.Elapsed + options.PublishingPatience;
        Assert.Equal(resumes, bench.Machine.PublishingResumes);

        // It is the first moment that counts.
        bench.Advance(TimeSpan.FromSeconds(1));
        bench.Machine.Add(bench.Now, NewDraft(bench, 5000));
        Assert.Equal(resumes, bench.Machine.PublishingResumes);

        bench.Machine.Sent(bench.Now, slow, 4000);
        Assert.Equal(resumes, bench.Machine.PublishingResumes);
        foreach (GraphConnectionInfo connection in bench.Machine.ListConnections())
        {
            bench.Machine.Sent(bench.Now, connection.Id, 1 << 20);
        }

        Assert.True(bench.Machine.PublishingResumes < bench.Now.Elapsed);
    }

    private static RecordDraft NewDraft(GraphBench bench, int length) => new()
    {
        Type = GraphBench.Type,
        Payload = new byte[length],
        Expires = bench.Machine.PeerNow + TimeSpan.FromHours(1),
    };
}
