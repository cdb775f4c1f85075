using System.Net;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Graphing;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>Knows the endpoints of names that a test has told it.</summary>
internal sealed class FakeLocator : IPeerLocator
{
    public Dictionary<string, IPEndPoint[]> Names { get; } = [];

    public async IAsyncEnumerable<IPEndPoint> FindAsync(
        string name, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (IPEndPoint endpoint in Names.GetValueOrDefault(name, []))
        {
            yield return endpoint;
        }
    }
}
