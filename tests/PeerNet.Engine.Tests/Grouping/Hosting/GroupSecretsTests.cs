using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Graphing.Hosting;

namespace PeerNet.Engine.Tests.Grouping.Hosting;

/// <summary>Goes through the life of a group, and looks for its secrets wherever they must not be.</summary>
public sealed class GroupSecretsTests
{
    private readonly List<string> _said = [];

    [Fact]
    public async Task Nothing_that_is_logged_told_shown_or_kept_unprotected_holds_a_secret()
    {
        var locator = new FakeLocator();
        using ILoggerFactory log = LoggerFactory.Create(builder =>
            builder.SetMinimumLevel(LogLevel.Trace).AddProvider(new Listener(Say)));
        await using GroupRig ada = await GroupRig.StartAsync(locator, "Ada", log: log);
        await using GroupRig bob = await GroupRig.StartAsync(locator, "Bob", log: log);
        using IDisposable heard = ada.Node.Subscribe(happened => Say($"{happened} {happened.Detail}"));

        string group = (await ada.CreateAsync(
            new() { Authentication = PeerGroupAuthentication.Both }, GroupRig.Password)).PeerName;
        PeerGroupInvitation invitation = await ada.Groups.InviteByPasswordAsync(group, default);
        Say(await FailAsync(() => bob.JoinAsync(invitation.Xml, "not the right one")));
        Say($"{await bob.JoinAsync(invitation.Xml, GroupRig.Password)}");
        Say($"{await ada.Groups.IssueAsync(group, new() { Member = bob.Member, Role = PeerRole.Admin }, default)}");
        await ada.Groups.ChangeAsync(group, new(), "another horse battery".AsMemory(), default);
        string exported = await ada.Groups.ExportAsync(group, null, GroupRig.Password.AsMemory(), default);
        Say(exported);
        Say(await FailAsync(() => bob.Groups.ImportAsync(exported, "wrong password".AsMemory(), isForced: true, default)));
        await ada.Groups.RevokeAsync(group, bob.Member, "", default);
        await GroupRig.UntilAsync(async () => (await bob.Groups.ListAsync(default)).Single().Revocation is not null);
        Say(await FailAsync(() => bob.AddAsync(group, "after")));
        foreach (PeerGroupMember member in await ada.Groups.GetMembersAsync(group, default))
        {
            Say($"{member}");
        }

        byte[][] secrets =
        [
            .. Texts(GroupRig.Password), .. Texts("another horse battery"), .. Texts("not the right one"), .. Texts("wrong password"),
            .. Bytes(PasswordProof.CreateVerifier(GroupRig.Password, group)),
            .. Bytes(PrivateKeyOf(ada)), .. Bytes(PrivateKeyOf(bob)),
        ];
        byte[] said = Encoding.UTF8.GetBytes(string.Join('\n', Snapshot()));
        Assert.NotEmpty(said);
        Assert.All(secrets, secret => Assert.Equal(-1, said.AsSpan().IndexOf(secret)));
        Assert.All(Unprotected(ada).Concat(Unprotected(bob)), file =>
            Assert.All(secrets, secret => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(secret))));
    }

    // Key files and databases are the user's alone; members read the stretched password in theirs.
    private static IEnumerable<string> Unprotected(GroupRig rig) => Directory
        .EnumerateFiles(rig.Folder, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".json" or ".owner");

    private static byte[][] Texts(string secret) => [Encoding.UTF8.GetBytes(secret), Encoding.Unicode.GetBytes(secret)];

    private static byte[][] Bytes(byte[] secret) =>
    [
        secret,
        Encoding.UTF8.GetBytes(Convert.ToHexString(secret)),
        Encoding.UTF8.GetBytes(Convert.ToHexStringLower(secret)),
        Encoding.UTF8.GetBytes(Convert.ToBase64String(secret)),
    ];

    private static byte[] PrivateKeyOf(GroupRig rig)
    {
        using var key = (ECDsa)rig.Node.Identities.OpenPrivateKey(rig.Member);
        return key.ExportParameters(includePrivateParameters: true).D!;
    }

    private static async Task<string> FailAsync(Func<Task> action) => (await Assert.ThrowsAsync<PeerException>(action)).ToString();

    private void Say(string text)
    {
        lock (_said)
        {
            _said.Add(text);
        }
    }

    private string[] Snapshot()
    {
        lock (_said)
        {
            return [.. _said];
        }
    }

    private sealed class Listener(Action<string> say) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            say($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
