namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Times on the wire: 100 ns intervals since 1601-01-01 UTC (MS-PNRP 2.2.3.1).</summary>
internal static class FileTime
{
    private static readonly DateTimeOffset Epoch = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ulong Maximum = (ulong)(DateTimeOffset.MaxValue - Epoch).Ticks;

    public static ulong From(DateTimeOffset time) => (ulong)(time.UtcTicks - Epoch.Ticks);

    /// <summary>The time; the last one there is for values beyond it.</summary>
    public static DateTimeOffset ToTime(ulong value) => Epoch.AddTicks((long)Math.Min(value, Maximum));
}
