using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Architecture;

/// <summary>Protocols have no input and output, no clock, no chance and no threads, in whatever they use of the engine
/// either.</summary>
public sealed class ProtocolTests
{
    private static readonly Type[] Protocols = [.. typeof(PeerError).Assembly.GetTypes().Where(IsProtocol)];

    [Fact]
    public void Every_protocol_has_its_folder()
    {
        Assert.Equal(
            ["Collaboration", "Distribution", "Graphing", "Grouping", "NameService", "Pnrp", "Wire", "WsDiscovery"],
            Protocols.Select(ImportRules.FolderOf).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Protocols_use_nothing_that_is_banned()
    {
        string[] found = [.. CodeScanner.Scan(Protocols)
            .Where(use => BannedSymbols.Find(use) is not null)
            .Select(use => use.ToString()).Distinct()];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    // A name that nothing has would ban nothing.
    [Fact]
    public void What_is_banned_exists()
    {
        Type[] types = [.. typeof(PeerError).Assembly.GetReferencedAssemblies().Select(Assembly.Load)
            .SelectMany(assembly => assembly.GetExportedTypes().Concat(assembly.GetForwardedTypes()))];
        Assert.All(BannedSymbols.Entries.Except(["N:System.Management.Automation"]), entry => Assert.True(
            BannedSymbols.Exists(entry, types), entry));
    }

    [Theory]
    [InlineData(nameof(Offender.Sends), "T:System.Net.Sockets.Socket")]
    [InlineData(nameof(Offender.Writes), "T:System.IO.File")]
    [InlineData(nameof(Offender.Stores), "N:Microsoft.Data.Sqlite")]
    [InlineData(nameof(Offender.Downloads), "N:System.Net.Http")]
    [InlineData(nameof(Offender.Runs), "N:System.Threading.Tasks")]
    [InlineData(nameof(Offender.Locks), "N:System.Threading")]
    [InlineData(nameof(Offender.Counts), "N:System.Threading")]
    [InlineData(nameof(Offender.Shares), "N:System.Collections.Concurrent")]
    [InlineData(nameof(Offender.Asks), "T:System.TimeProvider")]
    [InlineData(nameof(Offender.Looks), "P:System.DateTimeOffset.UtcNow")]
    [InlineData(nameof(Offender.Guesses), "T:System.Random")]
    [InlineData(nameof(Offender.Names), "M:System.Guid.NewGuid")]
    [InlineData(nameof(Offender.Logs), "N:Microsoft.Extensions.Logging")]
    public void Each_kind_of_violation_is_seen(string method, string entry)
    {
        IEnumerable<CodeUse> uses = CodeScanner.Scan([typeof(Offender)], method);
        Assert.Contains(entry, uses.Select(BannedSymbols.Find));
    }

    private static bool IsProtocol(Type type)
    {
        Type outer = type;
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        return outer.Namespace?.Split('.') is ["PeerNet", "Engine", .. string[] folders]
            && (folders.Contains("Protocol") || folders[0] is "Wire" or "WsDiscovery");
    }

    // Never run: each does one thing that a protocol may not.
    private static class Offender
    {
        private static readonly object Gate = new();
        private static int _count;

        public static void Sends() => new Socket(SocketType.Dgram, ProtocolType.Udp).Dispose();

        public static void Writes() => File.Delete("name");

        public static void Stores() => new SqliteConnection().Dispose();

        public static void Downloads() => new HttpClient().Dispose();

        public static Task Runs() => Task.Run(Writes);

        public static void Locks()
        {
            lock (Gate)
            {
                _count = 0;
            }
        }

        public static int Counts() => Interlocked.Increment(ref _count);

        public static ConcurrentQueue<int> Shares() => new();

        public static TimeProvider Asks(TimeProvider time) => time;

        public static DateTimeOffset Looks() => DateTimeOffset.UtcNow;

        public static Random Guesses() => Random.Shared;

        public static Guid Names() => Guid.NewGuid();

        public static void Logs(ILogger logger) => logger.BeginScope(1);
    }
}
