using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>Opens the sockets of a node's clouds at one port: the one asked for, else PNRP's own, else a free one.</summary>
internal sealed class CloudSockets(IDatagramNetwork network, int? wantedPort, ILogger logger)
{
    private const int Attempts = 16;

    /// <summary>The node's port; 0 before it is known.</summary>
    public int Port { get; private set; }

    /// <summary>Binds the addresses of all clouds that the machine has at the start.</summary>
    /// <returns>A transport for each cloud, in order.</returns>
    /// <exception cref="PeerException">The port asked for is taken.</exception>
    public IReadOnlyList<IDatagramTransport> OpenAll(IReadOnlyList<CloudDescription> clouds)
    {
        int first = wantedPort ?? SeedAddress.DefaultPort;
        if (TryOpenAll(clouds, first) is { } transports)
        {
            Port = transports.Count > 0 ? transports[0].Port : first;
            PnrpLog.Listening(logger, Port);
            return transports;
        }

        if (wantedPort is { } wanted)
        {
            throw PeerErrors.UnableToListen.Exception(
                string.Create(CultureInfo.InvariantCulture, $"The PNRP port {wanted} is taken by another program."), wanted);
        }

        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            if (TryOpenAll(clouds, 0) is { } others)
            {
                Port = others[0].Port;
                PnrpLog.PortTaken(logger, first, Port);
                return others;
            }
        }

        throw PeerErrors.UnableToListen.Exception("The system has no port that is free at every local address.");
    }

    /// <summary>Binds the addresses of a cloud that came later. Where the node's port is taken at one of them, the cloud
    /// gets a port of its own, unless a port was asked for: then it waits for the address.</summary>
    public IDatagramTransport Open(CloudDescription cloud)
    {
        try
        {
            return network.Open(cloud.Addresses, Port);
        }
        catch (SocketException) when (wantedPort is null)
        {
            IDatagramTransport transport = network.Open(cloud.Addresses, 0);
            PnrpLog.PortTaken(logger, Port, transport.Port);
            return transport;
        }
        catch (SocketException)
        {
            return network.Open([], Port);
        }
    }

    private List<IDatagramTransport>? TryOpenAll(IReadOnlyList<CloudDescription> clouds, int port)
    {
        var opened = new List<IDatagramTransport>(clouds.Count);
        try
        {
            foreach (CloudDescription cloud in clouds)
            {
                IDatagramTransport transport = network.Open(cloud.Addresses, port);
                opened.Add(transport);
                port = transport.Port;
            }

            return opened;
        }
        catch (SocketException)
        {
            foreach (IDatagramTransport transport in opened)
            {
                _ = transport.DisposeAsync().AsTask();
            }

            return null;
        }
    }
}
