using System.Net;
using System.Net.Sockets;
using Listener = PeerNet.Engine.Distribution.Http.HttpListener;

namespace PeerNet.Engine.Tests.Distribution.Http;

public sealed class HttpListenerTests
{
    private static readonly IPEndPoint Local = new(IPAddress.Loopback, 8080);
    private static readonly SocketException Denied = new((int)SocketError.AccessDenied);

    // WSAEACCES: Windows has no reserved low ports, and says this of a port that is held exclusively.
    [Fact]
    public void On_Windows_a_port_that_is_denied_is_held()
    {
        string text = Listener.Explain(Local, Denied, isWindows: true);

        Assert.Contains("8080 is held by another process", text, StringComparison.Ordinal);
        Assert.DoesNotContain("1023", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_it_is_one_of_the_low_ones()
    {
        Assert.Contains("above 1023", Listener.Explain(Local, Denied, isWindows: false), StringComparison.Ordinal);
    }
}
