using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Fuzz;

/// <summary>What is written is read as it was, for generated messages of both suites.</summary>
public class RoundTripTests
{
    private const int Rounds = 500;

    [Fact]
    public void Solicits() => ForAll((random, suite) =>
    {
        var written = new SolicitMessage
        {
            Type = random.Chance(2) ? SolicitType.Local : SolicitType.Any,
            RouteEntry = OptionalEntry(random),
            HashedNonce = random.Bytes(SuiteAlgorithms.HashLength),
        };
        WireReader reader = Open(Datagrams.Write(1, suite, written), suite);

        Assert.True(SolicitMessage.TryRead(ref reader, suite, out SolicitMessage read));
        Assert.Equal(written.Type, read.Type);
        AssertEqual(written.RouteEntry, read.RouteEntry);
        Assert.Equal(written.HashedNonce, read.HashedNonce);
    });

    [Fact]
    public void Advertises() => ForAll((random, suite) =>
    {
        var written = new AdvertiseMessage
        {
            AckedMessageId = (uint)random.Next(int.MaxValue),
            Ids = Ids(random),
            HashedNonce = random.Bytes(SuiteAlgorithms.HashLength),
        };
        WireReader reader = Open(Datagrams.Write(1, suite, written), suite);

        Assert.True(AdvertiseMessage.TryRead(ref reader, suite, out AdvertiseMessage read));
        Assert.Equal(written.AckedMessageId, read.AckedMessageId);
        Assert.Equal(written.Ids.Elements, read.Ids.Elements);
        Assert.Equal(written.HashedNonce, read.HashedNonce);
    });

    [Fact]
    public void Requests() => ForAll((random, suite) =>
    {
        var written = new RequestMessage { Nonce = random.Number(), Ids = Ids(random) };
        WireReader reader = Open(Datagrams.Write(1, suite, written), suite);

        Assert.True(RequestMessage.TryRead(ref reader, suite, out RequestMessage read));
        Assert.Equal(written.Nonce, read.Nonce);
        Assert.Equal(written.Ids.Elements, read.Ids.Elements);
    });

    [Fact]
    public void Floods() => ForAll((random, suite) =>
    {
        var written = new FloodMessage
        {
            DoNotAcknowledge = random.Chance(2),
            ValidateId = Id(random),
            RevokeCpa = random.Bytes(random.Chance(2) ? 0 : 1 + random.Next(700)),
            RouteEntry = OptionalEntry(random),
            AlreadyFlooded = Endpoints(random, random.Next(PnrpEndpointList.MaximumCount + 1)),
        };
        WireReader reader = Open(Datagrams.Write(1, suite, written), suite);

        Assert.True(FloodMessage.TryRead(ref reader, suite, out FloodMessage read));
        Assert.Equal(written.DoNotAcknowledge, read.DoNotAcknowledge);
        Assert.Equal(written.ValidateId, read.ValidateId);
        Assert.Equal(written.RevokeCpa, read.RevokeCpa);
        AssertEqual(written.RouteEntry, read.RouteEntry);
        Assert.Equal(written.AlreadyFlooded.Elements, read.AlreadyFlooded.Elements);
    });

    [Fact]
    public void Inquires() => ForAll((random, suite) =>
    {
        var written = new InquireMessage
        {
            Flags = (InquireFlags)random.Next(ushort.MaxValue) & InquireFlags.All,
            ValidateId = Id(random),
            Nonce = random.Chance(3) ? null : random.Number(),
        };
        WireReader reader = Open(Datagrams.Write(1, suite, written), suite);

        Assert.True(InquireMessage.TryRead(ref reader, suite, out InquireMessage read));
        Assert.Equal(written.Flags, read.Flags);
        Assert.Equal(written.ValidateId, read.ValidateId);
        Assert.Equal(written.Nonce, read.Nonce);
    });

    [Fact]
    public void Acks() => ForAll((random, suite) =>
    {
        var written = new AckMessage { AckedMessageId = (uint)random.Next(int.MaxValue), NotFound = random.Chance(2) };
        WireReader reader = Open(Datagrams.Write(1, suite, written), suite);

        Assert.True(AckMessage.TryRead(ref reader, suite, out AckMessage read));
        Assert.Equal(written.AckedMessageId, read.AckedMessageId);
        Assert.Equal(written.NotFound, read.NotFound);
    });

    [Fact]
    public void Lookups() => ForAll((random, suite) =>
    {
        var written = new LookupMessage
        {
            AcceptAny = random.Chance(2),
            Precision = (ushort)random.Next(257),
            Criteria = (ResolveCriteria)((1 << random.Next(5)) >> 1),
            Reason = (ResolveReason)random.Next(256),
            Target = Id(random),
            ValidateId = Id(random),
            BestMatch = OptionalEntry(random),
            Path = Endpoints(random, 1 + random.Next(PnrpEndpointList.MaximumCount)),
        };
        WireReader reader = Open(Datagrams.Write(1, suite, written), suite);

        Assert.True(LookupMessage.TryRead(ref reader, suite, out LookupMessage read));
        Assert.Equal(written.AcceptAny, read.AcceptAny);
        Assert.Equal(written.Precision, read.Precision);
        Assert.Equal(written.Criteria, read.Criteria);
        Assert.Equal(written.Reason, read.Reason);
        Assert.Equal(written.Target, read.Target);
        Assert.Equal(written.ValidateId, read.ValidateId);
        AssertEqual(written.BestMatch, read.BestMatch);
        Assert.Equal(written.Path.Elements, read.Path.Elements);
    });

    [Fact]
    public void Authority_buffers_in_fragments() => ForAll((random, suite) =>
    {
        var written = new AuthorityBuffer
        {
            Flags = (AuthorityFlags)random.Next(ushort.MaxValue) & AuthorityFlags.All,
            CertificateChain = random.Bytes(random.Chance(2) ? 0 : random.Next(8000)),
            HasClassifier = true,
            Classifier = random.Bytes(2 * random.Next(PeerName.MaximumClassifier + 1)),
            ExtendedPayload = random.Bytes(random.Chance(2) ? 0 : random.Next(5000)),
            RouteEntry = OptionalEntry(random),
            Cpa = random.Bytes(random.Chance(2) ? 0 : random.Next(800)),
        };
        byte[] whole = Reassemble(Datagrams.Write(written, suite), suite);
        var reader = new WireReader(whole);

        Assert.True(AuthorityBuffer.TryRead(ref reader, suite, out AuthorityBuffer read));
        Assert.Equal(written.Flags, read.Flags);
        Assert.Equal(written.CertificateChain, read.CertificateChain);
        Assert.Equal(written.HasClassifier, read.HasClassifier);
        Assert.Equal(written.Classifier, read.Classifier);
        Assert.Equal(written.ExtendedPayload, read.ExtendedPayload);
        AssertEqual(written.RouteEntry, read.RouteEntry);
        Assert.Equal(written.Cpa, read.Cpa);
    });

    [Fact]
    public void Cpas() => ForAll((random, suite) =>
    {
        bool isRevoke = random.Chance(4);
        byte[] friendlyName = random.Bytes(random.Next(CertifiedPeerAddress.MaximumFriendlyName + 1));
        var written = new CertifiedPeerAddress
        {
            IsRevoke = isRevoke,
            HasExtendedPayload = random.Chance(2),
            NotAfter = (ulong)random.Number(),
            ServiceLocation = random.Number(),
            Nonce = isRevoke ? default : random.Number(),
            ReversedAuthority = random.Bytes(random.Chance(2) ? 0 : SuiteAlgorithms.HashLength),
            ClassifierHash = random.Bytes(random.Chance(2) ? 0 : SuiteAlgorithms.HashLength),
            FriendlyName = friendlyName,
            IsFriendlyNameUtf8 = friendlyName.Length > 0 && random.Chance(2),
            ServiceAddresses = Endpoints(
                random, isRevoke ? 0 : 1 + random.Next(CertifiedPeerAddress.MaximumServiceAddresses)),
            Endpoints = new AppEndpointList(random.Bytes(AppEndpointList.ElementLength * random.Next(11))),
            PublicKey = random.Bytes(suite.PublicKeyLength),
            Signature = random.Bytes(suite.SignatureLength),
        };
        byte[] encoded = new byte[written.WireLength(suite)];
        var writer = new WireWriter(encoded);
        written.Write(ref writer, suite);

        Assert.Equal(encoded.Length, writer.Position);
        Assert.True(CertifiedPeerAddress.TryRead(encoded, suite, out CertifiedPeerAddress read));
        Assert.Equal(written.IsRevoke, read.IsRevoke);
        Assert.Equal(written.HasExtendedPayload, read.HasExtendedPayload);
        Assert.Equal(written.NotAfter, read.NotAfter);
        Assert.Equal(written.ServiceLocation, read.ServiceLocation);
        Assert.Equal(written.Nonce, read.Nonce);
        Assert.Equal(written.ReversedAuthority, read.ReversedAuthority);
        Assert.Equal(written.ClassifierHash, read.ClassifierHash);
        Assert.Equal(written.FriendlyName, read.FriendlyName);
        Assert.Equal(written.IsFriendlyNameUtf8, read.IsFriendlyNameUtf8);
        Assert.Equal(written.ServiceAddresses.Elements, read.ServiceAddresses.Elements);
        Assert.Equal(written.Endpoints.Elements, read.Endpoints.Elements);
        Assert.Equal(written.PublicKey, read.PublicKey);
        Assert.Equal(written.Signature, read.Signature);
    });

    [Fact]
    public void Extended_payloads() => ForAll((random, suite) =>
    {
        bool isText = random.Chance(2);
        bool isUtf8 = isText && random.Chance(2);
        int length = isText && !isUtf8 ? 2 * (1 + random.Next(2047)) : 3 + random.Next(4093);
        var written = new ExtendedPayload
        {
            NotAfter = (ulong)random.Number(),
            Id = Id(random),
            Nonce = random.Number(),
            IsText = isText,
            IsUtf8 = isUtf8,
            Content = random.Bytes(length),
            Signature = random.Bytes(suite.SignatureLength),
        };
        byte[] encoded = new byte[written.WireLength(suite)];
        var writer = new WireWriter(encoded);
        written.Write(ref writer, suite);

        Assert.Equal(encoded.Length, writer.Position);
        Assert.True(ExtendedPayload.TryRead(encoded, suite, out ExtendedPayload read));
        Assert.Equal(written.NotAfter, read.NotAfter);
        Assert.Equal(written.Id, read.Id);
        Assert.Equal(written.Nonce, read.Nonce);
        Assert.Equal(written.IsText, read.IsText);
        Assert.Equal(written.IsUtf8, read.IsUtf8);
        Assert.Equal(written.Content, read.Content);
        Assert.Equal(written.Signature, read.Signature);
    });

    private static void ForAll(Action<SeededBytes, SuiteAlgorithms> check)
    {
        var random = new SeededBytes();
        try
        {
            for (int i = 0; i < Rounds; i++)
            {
                check(random, random.Chance(2) ? SuiteAlgorithms.Windows : SuiteAlgorithms.Modern);
            }
        }
        catch (Exception exception)
        {
            Assert.Fail($"Seed {random.Seed}: {exception}");
        }
    }

    private static WireReader Open(byte[] datagram, SuiteAlgorithms suite)
    {
        var reader = new WireReader(datagram);
        Assert.Equal(PnrpHeaderStatus.Ok, PnrpHeader.TryRead(ref reader, suite, out _));
        return reader;
    }

    private static byte[] Reassemble(byte[] buffer, SuiteAlgorithms suite)
    {
        var fragments = new AuthorityFragments(suite, 1, 2, buffer);
        byte[] whole = new byte[buffer.Length];
        for (int i = fragments.Count - 1; i >= 0; i--)
        {
            byte[] datagram = new byte[PnrpDatagram.MaximumLength];
            WireReader reader = Open(datagram[..fragments.Write(i, datagram)], suite);
            Assert.True(AuthorityMessage.TryRead(ref reader, suite, out AuthorityMessage message));
            message.Buffer.CopyTo(whole.AsSpan(message.Offset));
        }

        return whole;
    }

    private static void AssertEqual(RouteEntry? expected, RouteEntry? actual)
    {
        Assert.Equal(expected?.Id, actual?.Id);
        Assert.Equal(expected?.Port, actual?.Port);
        Assert.Equal(expected?.AddressCount, actual?.AddressCount);
        for (int i = 0; i < expected?.AddressCount; i++)
        {
            Assert.Equal(expected[i], actual![i]);
        }
    }

    private static PnrpId Id(SeededBytes random) => new(random.Number(), random.Number());

    private static ushort Port(SeededBytes random) => (ushort)(1025 + random.Next(65535 - 1025 + 1));

    private static RouteEntry? OptionalEntry(SeededBytes random)
    {
        if (random.Chance(3))
        {
            return null;
        }

        var addresses = new Bits128[1 + random.Next(RouteEntry.MaximumAddresses)];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = random.Number();
        }

        return new RouteEntry(Id(random), Port(random), addresses);
    }

    private static PnrpIdList Ids(SeededBytes random)
    {
        var ids = new PnrpId[random.Next(PnrpIdList.MaximumCount + 1)];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = Id(random);
        }

        return PnrpIdList.From(ids, new byte[ids.Length * PnrpId.WireLength]);
    }

    private static PnrpEndpointList Endpoints(SeededBytes random, int count)
    {
        var endpoints = new PnrpEndpoint[count];
        for (int i = 0; i < count; i++)
        {
            endpoints[i] = new PnrpEndpoint(random.Number(), Port(random));
        }

        return PnrpEndpointList.From(endpoints, new byte[count * PnrpEndpoint.WireLength]);
    }
}
