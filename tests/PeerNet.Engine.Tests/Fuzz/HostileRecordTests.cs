using System.Runtime.InteropServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Tests.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Fuzz;

public sealed class HostileRecordTests
{
    private const int Count = 1_000_000;
    private const int BufferLength = 4096;

    // What a record of a few hundred bytes may cost, its attributes apart.
    private const int BytesPerRecord = 2_000;

    // The reader of XML has buffers of its own.
    private const int BytesPerXml = 40_000;
    private const int BytesPerFilter = 4_000;

    private const string Attributes =
        "<attributes><attribute name=\"Owner\" type=\"string\">a &amp; b</attribute><attribute name=\"b\" type=\"int\">10"
        + "</attribute><attribute name=\"c\" type=\"date\">2003-01-31T18:30:00Z</attribute></attributes>";

    private const string Search =
        "<?xml version=\"1.0\"?><peersearch><and><clause attrib=\"peercreatorid\" type=\"string\" compare=\"equal\">James P*\\?"
        + "</clause><or><clause attrib=\"a\" type=\"int\" compare=\"less\">5</clause></or><clause attrib=\"b\" type=\"date\">2003"
        + "</clause></and></peersearch>";

    private const string Filter =
        "(Owner -eq 'it''s' -and Priority -gt 3) -or Name -like \"a*\\?\" -or peercreationtime -lt '2003-01-31' -and a -ne [int]'5'";

    [Fact]
    public void A_million_hostile_records_cost_no_exception_and_no_memory()
    {
        byte[][] goldens = [.. RecordVectors.All];
        Attack(goldens, BytesPerRecord, bytes => RecordRules.Read(bytes, RecordVectors.GraphId, 0, out _));
    }

    [Fact]
    public void A_million_hostile_attributes_cost_no_exception_and_no_memory() =>
        AttackText([Attributes], BytesPerXml, text => RecordAttributes.TryRead(text, out _));

    [Fact]
    public void A_million_hostile_searches_end_in_the_documented_error() => AttackText(
        [Search], BytesPerXml, text => AssertDocumented(() => SearchQuery.ParseXml(text).ToXml()));

    [Fact]
    public void A_million_hostile_filters_end_in_the_documented_error() => AttackText(
        [Filter], BytesPerFilter, text => AssertDocumented(() => SearchQuery.ParseFilter(text)));

    [Fact]
    public void Every_truncation_is_read_without_an_exception()
    {
        for (int length = 0; length <= Attributes.Length; length++)
        {
            Assert.Equal(length is 0 || length == Attributes.Length, RecordAttributes.TryRead(Attributes[..length], out _));
        }

        for (int length = 0; length <= Search.Length; length++)
        {
            AssertDocumented(() => SearchQuery.ParseXml(Search[..length]));
        }

        for (int length = 0; length <= Filter.Length; length++)
        {
            AssertDocumented(() => SearchQuery.ParseFilter(Filter[..length]));
        }
    }

    [Fact]
    public void A_million_hostile_states_of_a_graph_cost_no_exception_and_no_memory()
    {
        byte[] golden = DatabaseFile.Write(new() { GraphId = "graph", PeerId = "peer", CreatorId = "c", GraphInfo = new byte[9] });
        Attack([golden], BytesPerRecord, bytes => DatabaseFile.TryRead(bytes, out _));
    }

    private static void AssertDocumented(Action action)
    {
        try
        {
            action();
        }
        catch (PeerException exception)
        {
            Assert.Equal(PeerErrors.InvalidSearch, exception.Error);
        }
    }

    // As UTF-16, so that half characters and controls come up too.
    private static void AttackText(string[] goldens, int bytesPerInput, Action<string> read) => Attack(
        [.. goldens.Select(golden => MemoryMarshal.AsBytes(golden.AsSpan()).ToArray())],
        bytesPerInput,
        bytes => read(new string(MemoryMarshal.Cast<byte, char>(bytes))));

    private static void Attack(byte[][] goldens, int bytesPerInput, Action<byte[]> read)
    {
        var random = new SeededBytes();
        byte[] buffer = new byte[BufferLength];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            byte[] input = buffer[..random.Mutate(goldens[random.Next(goldens.Length)], buffer)];
            try
            {
                read(input);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, input {i}: {Convert.ToHexString(input)}\n{exception}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= (long)Count * bytesPerInput, $"Seed {random.Seed}: {allocated} bytes.");
    }
}
