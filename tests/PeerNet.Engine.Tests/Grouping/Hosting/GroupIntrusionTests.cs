using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Grouping.Protocol.Messages;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Graphing.Hosting;

namespace PeerNet.Engine.Tests.Grouping.Hosting;

/// <summary>Strangers with a socket who want in: everybody is answered by silence and a closed connection.</summary>
public sealed class GroupIntrusionTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] Garbage = [0x47, 0x45, 0x54, 0x20, 0x2f, 0x0d, 0x0a, 0x0d, 0x0a];

    private readonly FakeLocator _locator = new();
    private readonly CancellationTokenSource _patience = new(GroupRig.Patience);
    private GroupRig _ada = null!;
    private GroupRig _bob = null!;
    private GroupRig _mallory = null!;
    private string _group = "";

    public async Task InitializeAsync()
    {
        _ada = await GroupRig.StartAsync(_locator, "Ada");
        _bob = await GroupRig.StartAsync(_locator, "Bob");
        _mallory = await GroupRig.StartAsync(_locator, "Mallory");
        _group = (await _ada.CreateAsync(
            new() { Authentication = PeerGroupAuthentication.Both }, GroupRig.Password)).PeerName;
    }

    public async Task DisposeAsync()
    {
        await _ada.DisposeAsync();
        await _bob.DisposeAsync();
        await _mallory.DisposeAsync();
    }

    public void Dispose() => _patience.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("another.group")]
    public async Task Who_speaks_no_TLS_hears_nothing(string graphId)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, _patience.Token);
        var frames = new FramedStream(client.GetStream());
        if (graphId.Length == 0)
        {
            await client.GetStream().WriteAsync(Garbage, _patience.Token);
        }
        else
        {
            await frames.WriteAsync(AuthInfo(_mallory, graphId), _patience.Token);
        }

        await ExpectNothingAsync(client.GetStream());
    }

    [Fact]
    public async Task Who_has_no_credential_is_not_let_in() =>
        await ExpectRefusalAsync(new GroupConnectPacket { HasHello = true });

    [Fact]
    public async Task Who_shows_the_credential_of_another_is_not_let_in() =>
        await ExpectRefusalAsync(Show(ReadChain(await _ada.InviteAsync(_group, _bob))));

    [Fact]
    public async Task Who_shows_a_credential_of_another_group_is_not_let_in()
    {
        string own = (await _mallory.CreateAsync()).PeerName;
        string invitation = await _mallory.InviteAsync(own, _ada);

        await ExpectRefusalAsync(Show(ReadChain(invitation)));
        await ExpectRefusalAsync(Show(ReadChain(invitation)[..^1]));
    }

    [Fact]
    public async Task Who_proves_no_password_gets_no_credential()
    {
        await using SslStream stream = await ConnectAsync(_mallory);
        await SendAsync(stream, new GroupConnectPacket { HasHello = true, Body = GroupConnectMessageType.Password });
        GroupConnectPacket introduction = await ReceiveAsync(stream);
        Assert.Equal(GroupConnectMessageType.MyGmc, introduction.Body);

        await SendAsync(stream, new GroupConnectPacket
        {
            Body = GroupConnectMessageType.Password,
            Content = new byte[GroupConnectPacket.ProofLength],
        });

        await ExpectNothingAsync(stream);
        Assert.Single(await _ada.MembersAsync(_group));
    }

    // The limit is on wrong proofs: who has used it up is not heard, however right the next one is.
    [Fact]
    public async Task Who_guesses_is_not_heard_for_a_while()
    {
        string invitation = (await _ada.Groups.InviteByPasswordAsync(_group, default)).Xml;
        for (int i = 0; i < PasswordGuard.PerSource; i++)
        {
            await Assert.ThrowsAsync<PeerException>(() => _mallory.JoinAsync(invitation, $"guess number {i}"));
        }

        PeerException refused = await Assert.ThrowsAsync<PeerException>(() => _mallory.JoinAsync(invitation, GroupRig.Password));

        Assert.Equal(PeerErrors.NoMemberConnections, refused.Error);
        Assert.Single(await _ada.MembersAsync(_group));
    }

    [Fact]
    public async Task Who_stands_between_two_members_is_taken_for_neither()
    {
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        string invitation = await _ada.InviteAsync(_group, _bob);
        Task caught = CatchAsync(trap);

        await _bob.Groups.JoinAsync(new() { Invitation = invitation }, default, null, default);
        PeerException refused = await Assert.ThrowsAsync<PeerException>(() => _bob.Groups.ConnectAsync(
            new() { Group = _group, Endpoints = [(IPEndPoint)trap.LocalEndpoint] }, null, default).WaitAsync(GroupRig.Patience));

        await caught;
        Assert.Equal(PeerErrors.NoMemberConnections, refused.Error);
    }

    // Mallory answers with her own certificate in TLS, and with a credential that is Bob's in Group Connect.
    private async Task CatchAsync(TcpListener trap)
    {
        using TcpClient victim = await trap.AcceptTcpClientAsync(_patience.Token);
        var frames = new FramedStream(victim.GetStream());
        byte[] head = new byte[4];
        await frames.ReadExactlyAsync(head, _patience.Token);
        await frames.ReadExactlyAsync(new byte[System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(head) - 4], _patience.Token);
        using PeerPrivateKey key = Key(_mallory);
        (SslStream stream, PeerCertificate remote) =
            await new IdentityTls(key, Identity(_mallory)).AuthenticateAsync(frames, isInitiator: false, _patience.Token);
        GroupConnectPacket shown = await ReceiveAsync(stream);
        Assert.Equal(_bob.Member, remote.SubjectPeerName);
        await SendAsync(stream, Show(shown.Content));
        await ExpectNothingAsync(stream);
    }

    private async Task ExpectRefusalAsync(GroupConnectPacket packet)
    {
        await using SslStream stream = await ConnectAsync(_mallory);
        await SendAsync(stream, packet);
        await ExpectNothingAsync(stream);
        Assert.Single(await _ada.MembersAsync(_group));
    }

    private int Port => _locator.Published.Single(one => one.Identity == _ada.Member && one.Place.Name.StartsWith(_group[..40], StringComparison.Ordinal)).Port;

    private async Task<SslStream> ConnectAsync(GroupRig stranger)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, _patience.Token);
        var frames = new FramedStream(client.GetStream());
        await frames.WriteAsync(AuthInfo(stranger, _group), _patience.Token);
        using PeerPrivateKey key = Key(stranger);
        (SslStream stream, _) = await new IdentityTls(key, Identity(stranger)).AuthenticateAsync(frames, isInitiator: true, _patience.Token);
        return stream;
    }

    private static byte[] AuthInfo(GroupRig from, string graphId) =>
        GraphMessage.Encode(new AuthInfoMessage { GraphId = graphId, SourcePeerId = from.Member }).ToArray();

    private static GroupConnectPacket Show(byte[] chain) =>
        new() { HasHello = true, Body = GroupConnectMessageType.MyGmc, Content = chain };

    private static byte[] ReadChain(string invitation)
    {
        Assert.True(InvitationDocument.TryRead(invitation, out InvitationDocument? document, out _));
        return document.Chain!;
    }

    private static PeerPrivateKey Key(GroupRig rig) => new((ECDsa)rig.Node.Identities.OpenPrivateKey(rig.Member));

    private static PeerCertificate Identity(GroupRig rig)
    {
        PeerIdentity identity = rig.Node.Identities.Default!;
        Assert.True(PeerCertificate.TryRead(identity.Certificate.RawData, out PeerCertificate? certificate));
        return certificate;
    }

    private async Task SendAsync(SslStream stream, GroupConnectPacket packet)
    {
        await stream.WriteAsync(packet.Encode(), _patience.Token);
        await stream.FlushAsync(_patience.Token);
    }

    private async Task<GroupConnectPacket> ReceiveAsync(SslStream stream)
    {
        byte[] head = new byte[GroupConnectPacket.PrefixLength];
        await stream.ReadExactlyAsync(head, _patience.Token);
        byte[] bytes = new byte[System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(head)];
        await stream.ReadExactlyAsync(bytes, _patience.Token);
        Assert.True(GroupConnectPacket.TryRead(bytes, out GroupConnectPacket packet));
        return packet;
    }

    private async Task ExpectNothingAsync(Stream stream)
    {
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[1], _patience.Token));
        }
        catch (IOException)
        {
            // Reset is as good as closed.
        }
    }
}
