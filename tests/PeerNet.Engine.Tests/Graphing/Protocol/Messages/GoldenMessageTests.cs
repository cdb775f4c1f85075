using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Messages;

public sealed class GoldenMessageTests
{
    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");
    private static readonly Guid Id = new("c0c1c2c3-c4c5-c6c7-c8c9-cacbcccdcecf");
    private static readonly PeerTime Time = new(0x01D9B0C1D2E3F405);
    private static readonly GraphEndpoint V6 = GraphEndpoint.From(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 3587));
    private static readonly GraphEndpoint V4 = GraphEndpoint.From(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 3588));

    public static TheoryData<string> Names => [.. GraphVectors.Messages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_written_back_as_it_was_read(string name)
    {
        byte[] bytes = Bytes(GraphVectors.Messages[name]);

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(MessageBytes.Rewrite(bytes) ?? []));
    }

    [Fact]
    public void AuthInfo()
    {
        Assert.True(AuthInfoMessage.TryRead(Bytes(GraphVectors.AuthInfo), out AuthInfoMessage direct));
        Assert.True(AuthInfoMessage.TryRead(Bytes(GraphVectors.AuthInfoToAnybody), out AuthInfoMessage neighbor));

        Assert.Equal(
            (true, "Grapü", "Red.red", "Blue.b"),
            (direct.IsDirect, direct.GraphId, direct.SourcePeerId, direct.DestinationPeerId));
        Assert.Equal(
            (false, "G", "Me", null),
            (neighbor.IsDirect, neighbor.GraphId, neighbor.SourcePeerId, neighbor.DestinationPeerId));
    }

    [Fact]
    public void Connect()
    {
        Assert.True(ConnectMessage.TryRead(Bytes(GraphVectors.Connect), out ConnectMessage connect));
        Assert.True(ConnectMessage.TryRead(Bytes(GraphVectors.ConnectBare), out ConnectMessage bare));
        Assert.True(ConnectMessage.TryRead(Bytes(GraphVectors.ConnectUpdate), out ConnectMessage update));

        Assert.Equal(
            (false, false, true, 0x0123456789ABCDEFUL, "Ann"),
            (connect.IsUpdate, connect.IsDirect, connect.WantsNeighbors, connect.NodeId, connect.FriendlyName));
        Assert.Equal([V6, V4], connect.Endpoints);
        Assert.Equal((false, true, false, ""), (bare.IsUpdate, bare.IsDirect, bare.WantsNeighbors, bare.FriendlyName));
        Assert.Empty(bare.Endpoints);
        Assert.True(update.IsUpdate);
    }

    [Fact]
    public void Welcome()
    {
        Assert.True(WelcomeMessage.TryRead(Bytes(GraphVectors.Welcome), out WelcomeMessage welcome));

        Assert.Equal(
            (0xFEDCBA9876543210, Time, "Me", "Bob"),
            (welcome.NodeId, welcome.PeerTime, welcome.PeerId, welcome.FriendlyName));
        Assert.Equal([V6], welcome.Referrals);
    }

    [Fact]
    public void Refuse_and_disconnect()
    {
        Assert.True(RefuseMessage.TryRead(Bytes(GraphVectors.Refuse), out RefuseMessage refuse));
        Assert.True(DisconnectMessage.TryRead(Bytes(GraphVectors.Disconnect), out DisconnectMessage disconnect));

        Assert.Equal(RefuseCode.Busy, refuse.Code);
        Assert.Equal([V6, V4], refuse.Referrals);
        Assert.Equal(DisconnectReason.LeastUseful, disconnect.Reason);
        Assert.Equal([V6], disconnect.Referrals);
    }

    [Fact]
    public void Solicits()
    {
        Assert.True(SolicitNewMessage.TryRead(Bytes(GraphVectors.SolicitNew), out SolicitNewMessage one));
        Assert.True(SolicitNewMessage.TryRead(Bytes(GraphVectors.SolicitNewAll), out SolicitNewMessage rest));
        Assert.True(SolicitTimeMessage.TryRead(Bytes(GraphVectors.SolicitTime), out SolicitTimeMessage time));
        Assert.True(SolicitHashMessage.TryRead(Bytes(GraphVectors.SolicitHash), out SolicitHashMessage hash));

        Assert.Equal([RecordTypes.GraphInfo], one.Types.Types);
        Assert.False(one.Types.IsExclusion);
        Assert.Equal([RecordTypes.GraphInfo, RecordTypes.Presence], rest.Types.Types);
        Assert.True(rest.Types.IsExclusion);
        Assert.Equal([Type], time.Types.Types);
        Assert.Equal(Time, time.ModifiedSince);
        Assert.Empty(hash.Types.Types);
        HashEntry entry = HashEntry.Read(hash.Entries);
        Assert.Equal(new Bits128(0x0001020304050607, 0x08090A0B0C0D0E0F), entry.Hash);
        Assert.Equal((Time, Id), (entry.Modified, entry.Id));
        Assert.Equal(2 * HashEntry.WireLength, hash.Entries.Length);
    }

    [Fact]
    public void Advertise_and_request()
    {
        Assert.True(AdvertiseMessage.TryRead(Bytes(GraphVectors.Advertise), out AdvertiseMessage advertise));
        Assert.True(RequestMessage.TryRead(Bytes(GraphVectors.Request), out RequestMessage request));

        HashBoundary boundary = HashBoundary.Read(advertise.Boundaries);
        Assert.Equal(new PeerTime(0x01D9B0C1D2E3F400), boundary.LowerModified);
        Assert.Equal(new Guid("c0000000-0000-0000-0000-000000000000"), boundary.LowerId);
        Assert.Equal((Time, Id, 2U), (boundary.UpperModified, boundary.UpperId, boundary.Count));
        Assert.Equal(new RecordAbstract(Id, 7), RecordAbstract.Read(advertise.Abstracts[RecordAbstract.WireLength..]));
        Assert.Equal(new RecordAbstract(Id, 7), RecordAbstract.Read(request.Abstracts));
    }

    [Fact]
    public void Flood()
    {
        byte[] bytes = Bytes(GraphVectors.Flood);

        Assert.True(FloodMessage.TryRead(bytes, out FloodMessage flood));
        Assert.Equal(RecordFault.None, RecordCodec.Read(flood.Record.ToArray(), out GraphRecord? record));
        Assert.Equal(
            (Type, 2U, "AB", "C", Time),
            (record!.Type, record.Version, record.CreatorId, record.ModifierId, record.Modified));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(FloodMessage.Encode(record)));
    }

    [Fact]
    public void The_rest()
    {
        Assert.True(SyncEndMessage.TryRead(Bytes(GraphVectors.SyncEnd), out SyncEndMessage syncEnd));
        Assert.True(PointToPointMessage.TryRead(Bytes(GraphVectors.PointToPoint), out PointToPointMessage data));
        Assert.True(PointToPointMessage.TryRead(Bytes(GraphVectors.Ping), out PointToPointMessage ping));
        Assert.True(AckMessage.TryRead(Bytes(GraphVectors.Ack), out AckMessage ack));

        Assert.True(syncEnd.IsFinal);
        Assert.Equal(Type, data.DataType);
        Assert.Equal([0xD1, 0xD2, 0xD3], data.Data.ToArray());
        Assert.Equal(PointToPointMessage.Ping, ping.DataType);
        Assert.True(RecordAck.Read(ack.Acks).IsUseful);
        Assert.Equal(new RecordAck(Id, false), RecordAck.Read(ack.Acks[RecordAck.WireLength..]));
    }

    [Fact]
    public void Payloads()
    {
        byte[] graphInfo = Bytes(GraphVectors.GraphInfoPayload);
        Assert.True(GraphInfoPayload.TryRead(graphInfo, "G", out GraphProperties properties));
        var expected = new GraphProperties
        {
            GraphId = "G",
            CreatorId = "AB",
            FriendlyName = "Nm",
            DefersExpiration = true,
            PresenceSeconds = 600,
            MaximumRecordSize = 1024,
        };
        Assert.Equal(expected, properties);
        Assert.Equal(graphInfo, GraphInfoPayload.Encode(properties));

        byte[] contact = Bytes(GraphVectors.ContactPayload);
        Assert.True(ContactPayload.TryRead(contact, out ContactPayload read));
        Assert.Equal((0x0123456789ABCDEFUL, 0xFEDCBA9876543210), (read.Signature, read.NodeId));
        Assert.Equal([V6], read.Endpoints);
        Assert.Equal(contact, read.Encode());

        byte[] presence = Bytes(GraphVectors.PresencePayload);
        Assert.True(PresencePayload.TryRead(presence, out PresencePayload present));
        Assert.Equal((0xFEDCBA9876543210, "hi"), (present.NodeId, present.Attributes));
        Assert.Equal(presence, present.Encode());

        byte[] signature = Bytes(GraphVectors.SignaturePayload);
        Assert.True(SignaturePayload.TryRead(signature, out ulong lowest));
        Assert.Equal(0x0123456789ABCDEFUL, lowest);
        Assert.Equal(signature, SignaturePayload.Encode(lowest));
    }

    private static byte[] Bytes(string vector) => HexVector.Parse(vector);
}
