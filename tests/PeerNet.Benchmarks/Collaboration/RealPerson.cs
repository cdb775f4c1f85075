using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Graphing.Hosting;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Benchmarks.Collaboration;

/// <summary>A person on real sockets of the loopback interface, who knows where the others are. An invitation is accepted as
/// soon as it arrives.</summary>
internal sealed class RealPerson : IAsyncDisposable
{
    private static readonly CertificateIssuer Issuer = new(SystemRandomSource.Instance);
    private static readonly QuietCollaborationObserver Quiet = new();

    private RealPerson(PeerPrivateKey key, PeerCertificate certificate, PeerName name)
    {
        (Key, Certificate, Name) = (key, certificate, name);
        Runner = new(
            new(
                new() { Folder = "", DiscoveryPort = 0, MaximumConnections = 4096 },
                new TcpTransport(TimeProvider.System),
                new FakeMulticast(),
                new FakeInterfaces(FakeInterfaces.Loopback),
                new FakeLocator(),
                Quiet,
                TimeProvider.System,
                SystemRandomSource.Instance,
                NullLogger.Instance),
            Hear);
    }

    public PeerPrivateKey Key { get; }

    public PeerCertificate Certificate { get; }

    public PeerName Name { get; }

    public CollaborationRunner Runner { get; }

    /// <summary>Told of all that happens.</summary>
    public Action<object>? Heard { get; set; }

    /// <summary>Signs in on the Internet scope.</summary>
    public static async Task<RealPerson> StartAsync(string friendlyName)
    {
        PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        var name = PeerName.CreateSecure(key.PublicKey, "");
        DateTimeOffset now = DateTimeOffset.UtcNow;
        PeerCertificate.TryRead(Issuer.IssueIdentity(key, friendlyName, name.Value, new(now.AddDays(-1), now.AddDays(30))), out PeerCertificate? certificate);
        var person = new RealPerson(key, certificate!, name);
        person.Runner.Open(key, certificate!);
        person.Runner.SetScope(PeerCollaborationScope.Internet);
        byte[] id = new byte[16];
        SystemRandomSource.Instance.Fill(id);
        var own = new OwnEndpoint(name, key.PublicKey.SubjectPublicKeyInfo.ToArray(), new Guid(id), (ushort)person.Runner.Port);
        await person.Runner.TellAsync((machine, moment) =>
        {
            machine.SetPresence(moment, PeerPresenceStatus.Online, "", friendlyName, friendlyName);
            machine.SignIn(moment, own, PeerCollaborationScope.Internet);
        });
        return person;
    }

    /// <summary>Has another person as a contact, and knows where, unless it is to be called by the other.</summary>
    public Task AddAsync(RealPerson other, bool isWatched, bool isFound = true) => Runner.TellAsync((machine, now) => machine.SetContact(now, new()
    {
        Name = other.Name,
        Key = other.Key.PublicKey.SubjectPublicKeyInfo.ToArray(),
        IsWatched = isWatched,
        Addresses = isFound ? [new IPEndPoint(IPAddress.Loopback, other.Runner.Port)] : [],
    }));

    /// <summary>Changes what the person is doing.</summary>
    public Task SetAsync(string text) => Runner.TellAsync((machine, now) =>
        machine.SetPresence(now, PeerPresenceStatus.Busy, text, machine.Shown.EndpointName, machine.Shown.DisplayName));

    public async ValueTask DisposeAsync()
    {
        await Runner.TellAsync((machine, now) => machine.SignOut(now, PeerCollaborationScope.All));
        await Runner.DisposeAsync();
        Key.Dispose();
    }

    private void Hear(object news)
    {
        if (news is CollaborationEffect.Invited { Invitation.Id: var id })
        {
            _ = Runner.TellAsync((machine, now) => machine.Inviting.Respond(now, id, InvitationAnswer.Accept));
        }

        Heard?.Invoke(news);
    }

    private sealed class QuietCollaborationObserver : ICollaborationObserver
    {
        public void PresenceChanged(PeerPresence presence)
        {
        }

        public void PersonNearMeChanged(PeerPersonChange change)
        {
        }

        public void ContactChanged(PeerContactChange change)
        {
        }

        public void EndpointChanged(PeerEndpoint endpoint)
        {
        }

        public void ObjectChanged(PeerObjectChange change)
        {
        }

        public void ApplicationChanged(PeerApplicationChange change)
        {
        }

        public void InvitationReceived(PeerInvitation invitation)
        {
        }

        public void InvitationChanged(PeerInvitation invitation)
        {
        }

        public void Failed(string source, string message) => Console.Error.WriteLine($"{source}: {message}");
    }
}
