using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Search;

public sealed class SearchSqlTests : IDisposable
{
    private const int RecordCount = 300;
    private const int Searches = 3_000;
    private static readonly TimeSpan Delta = TimeSpan.FromMinutes(7);

    // Few values, so that searches find something; among them what is awkward to keep in order.
    private static readonly string[] Names = ["a", "A", "b1"];
    private static readonly string[] Texts =
    [
        "", "a", "ab", "aB", "b", "*", "?", "\\", "ä", "\ufffd", "\ufffd\ufffd", "\U0001F600",
        new('x', 128), new('x', 129), new string('x', 128) + "y",
    ];
    private static readonly string[] Numbers = ["0", "00", "7", "07", "10", "9", "99999999999999999999", new('9', 256)];
    private static readonly string[] Dates = ["2003", "2003-01", "2003-01-31", "2003-01-31T01:00+01:00", "0001", "9999-12-31"];
    private static readonly string[] Creators = ["peer", "Peer", "pe*r", "x"];
    private static readonly Guid[] Types = [TestRecords.TypeA, TestRecords.TypeB, Guid.Empty];

    private readonly StoreRig _rig = new();
    private readonly SeededBytes _random = new();

    [Fact]
    public void The_database_finds_what_the_search_means()
    {
        GraphRecord[] records = [.. Enumerable.Range(0, RecordCount).Select(CreateRecord)];
        Array.ForEach(records, record => _rig.Store.Put(record));
        int found = 0;
        for (int i = 0; i < Searches; i++)
        {
            RecordSearch search = CreateSearch();
            Guid[] expected =
                [.. records.Where(record => IsMeant(search, record)).OrderBy(record => record.Key).Select(record => record.Id)];
            Guid[] actual = [.. StoreRig.Find(_rig.Store, search).Select(record => record.Id)];
            found += actual.Length;
            Assert.True(
                expected.SequenceEqual(actual),
                $"Seed {_random.Seed}: {expected.Length} and {actual.Length} for {search} {search.Query?.ToXml()}");
        }

        Assert.True(found > Searches, "The searches find too little to tell anything.");
    }

    [Fact]
    public void Attributes_are_found_as_they_are_now()
    {
        GraphRecord record = CreateRecord(1) with { IsDeleted = false, Attributes = Attributes("a", 1) };
        _rig.Store.Put(record);
        record = TestRecords.Update(record, 500) with { Attributes = Attributes("a", 2) };
        _rig.Store.Put(record);

        Assert.Empty(StoreRig.Find(_rig.Store, Filter("a -eq 1")));
        Assert.Single(StoreRig.Find(_rig.Store, Filter("a -eq 2")));
        _rig.Store.Remove(record.Id);
        Assert.Empty(StoreRig.Find(_rig.Store, Filter("a -eq 2")));
    }

    [Fact]
    public void Pages_end_at_their_limits()
    {
        for (int number = 0; number < 10; number++)
        {
            _rig.Store.Put(TestRecords.Create(number, length: 1000));
        }

        RecordCursor cursor = _rig.Store.Search(new());
        Assert.Equal(3, StoreRig.Read(cursor, 3, long.MaxValue).Count);
        Assert.Equal(2, StoreRig.Read(cursor, 100, 1500).Count);
        Assert.Equal(5, StoreRig.Read(cursor, 100, long.MaxValue).Count);
        Assert.Empty(StoreRig.Read(cursor, 100, long.MaxValue));
    }

    [Fact]
    public void Expired_records_and_tombstones_are_left_out()
    {
        GraphRecord record = TestRecords.Create(1);
        GraphRecord deleted = RecordEdits.Bury(TestRecords.Create(2), "editor", TestRecords.Time(5));
        _rig.Store.Put(record);
        _rig.Store.Put(deleted);

        Assert.Equal([record.Id], StoreRig.Find(_rig.Store, new()).Select(found => found.Id));
        Assert.Equal(2, StoreRig.Find(_rig.Store, new() { IncludesDeleted = true }).Count);
        Assert.Empty(StoreRig.Find(_rig.Store, new() { ExpiresAfter = record.Expires }));
        Assert.Single(StoreRig.Find(_rig.Store, new() { ExpiresAfter = new(record.Expires.Ticks - 1) }));
    }

    [Theory]
    [InlineData("a -eq 'x'", "USING PRIMARY KEY (name=? AND type=? AND value=?)")]
    [InlineData("a -like 'x*'", "USING PRIMARY KEY (name=? AND type=? AND value>? AND value<?)")]
    [InlineData("a -gt 5", "USING PRIMARY KEY (name=? AND type=? AND value>?)")]
    [InlineData("a -lt 2003-01-31", "USING PRIMARY KEY (name=? AND type=? AND value<?)")]
    [InlineData("a -ne 'x'", "USING PRIMARY KEY (name=? AND type=?)")]
    [InlineData("a -ge 5 -and a -lt 9 -and peercreatorid -like 'x*'", "USING PRIMARY KEY (name=? AND type=? AND value>? AND value<?)")]
    [InlineData("a -gt 'x' -and a -lt 'y'", "USING PRIMARY KEY (name=? AND type=? AND value>? AND value<?)")]
    [InlineData("a -gt 2003 -and a -lt 2004 -and a -gt 2002", "USING PRIMARY KEY (name=? AND type=? AND value>? AND value<?)")]
    [InlineData("a -like '*x*'", "USING PRIMARY KEY (name=? AND type=?)")]
    [InlineData("peercreatorid -eq 'x'", "SEARCH place USING PRIMARY KEY (id>? AND id<?)")]
    [InlineData("peerrecordid -eq 'aaaaaaaa-0000-0000-0000-000000000000'", "SEARCH place USING PRIMARY KEY (id>? AND id<?)")]
    [InlineData("peerrecordtype -eq 'aaaaaaaa-0000-0000-0000-000000000000'", "USING INDEX record_kind (kind=?)")]
    [InlineData("peerlastmodificationtime -gt '2003'", "USING INDEX record_key (modified>?)")]
    [InlineData("peercreationtime -ge '2003'", "USING INDEX record_key (modified>?)")]
    [InlineData("a -eq 'x' -or b -eq 5", "USING PRIMARY KEY (name=? AND type=? AND value=?)")]
    [InlineData("a -eq 'x' -and peerlastmodifiedby -eq 'x'", "USING PRIMARY KEY (name=? AND type=? AND value=?)")]
    public void A_search_is_answered_by_an_index(string filter, string step)
    {
        _rig.Store.Put(TestRecords.Create(1));
        IReadOnlyList<string> plan = Explain(Filter(filter));

        Assert.Contains(plan, line => line.Contains(step, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.StartsWith("SCAN", StringComparison.Ordinal));
    }

    // Whatever has few rows makes the rest of an "and" useless: the records themselves are looked at.
    [Fact]
    public void The_rarest_attribute_is_enough()
    {
        for (int number = 0; number < SqlCondition.ManyRows + 5; number++)
        {
            string attributes = $"<attributes><attribute name='common' type='int'>{number}</attribute>"
                + $"<attribute name='rare' type='int'>{number}</attribute></attributes>";
            _rig.Store.Put(TestRecords.Create(number) with { Attributes = attributes });
        }

        // So does the type that all of them have, which would be looked for otherwise.
        Assert.Contains(
            Explain(Filter("common -lt 9") with { Types = [TestRecords.TypeA] }),
            line => line.StartsWith("SEARCH record USING INTEGER PRIMARY KEY", StringComparison.Ordinal));

        RecordSearch search = Filter("common -gt 0 -and (rare -eq 7 -or rare -eq 9) -and common -lt 9");
        Assert.Equal(["rare", 1, "rare", 1], StoreRig.Compile(_rig.Store, search).All.Values.Where(value => value is not byte[]));
        Assert.Equal([7], Ticks(StoreRig.Find(_rig.Store, search)));
    }

    [Fact]
    public void Types_and_creators_are_looked_up_without_a_query_too()
    {
        _rig.Store.Put(TestRecords.Create(1));
        Assert.Contains(
            Explain(new() { Types = [TestRecords.TypeA] }), line => line.Contains("record_kind (kind=?)", StringComparison.Ordinal));
        Assert.Contains(
            Explain(new() { CreatorId = "x" }), line => line.Contains("place USING PRIMARY KEY (id>? AND id<?)", StringComparison.Ordinal));
    }

    [Fact]
    public void Pages_of_keys_are_parts_of_an_index()
    {
        object?[] values = [0L, Array.Empty<byte>(), 0L, Array.Empty<byte>(), 10, 0L];

        Assert.Equal(
            ["SEARCH record USING COVERING INDEX record_key ((modified,id)>(?,?) AND (modified,id)<(?,?))"],
            _rig.Store.Explain(KeyRows.AllSql, values.AsSpan(0, 5)));
        Assert.Equal(
            ["SEARCH record USING COVERING INDEX record_kind (kind=? AND (modified,id)>(?,?) AND (modified,id)<(?,?))"],
            _rig.Store.Explain(KeyRows.KindSql, values));
        Assert.Equal(
            ["SEARCH record USING INDEX record_expires (expires<?)"], _rig.Store.Explain(KeyRows.ExpiringSql, 0L, 10));
        Assert.Equal(
            ["SEARCH record USING INTEGER PRIMARY KEY (rowid=?)"], _rig.Store.Explain(KeyRows.OneSql, 0L));
    }

    // Nothing is sorted first, so that the first record of millions comes as soon as that of few.
    [Theory]
    [InlineData("", "SEARCH record USING INDEX record_key ((modified,id)>(?,?))")]
    [InlineData("peerlastmodifiedby -like '*x*'", "SEARCH record USING INDEX record_key ((modified,id)>(?,?))")]
    [InlineData("peerlastmodificationtime -gt '2003'", "SEARCH record USING INDEX record_key ((modified,id)>(?,?))")]
    [InlineData(
        "peerlastmodificationtime -eq '2003'", "SEARCH record USING INDEX record_key ((modified,id)>(?,?) AND modified<?)")]
    [InlineData(
        "peerrecordtype -like 'aaaaaaaa*'", "SEARCH record USING INDEX record_kind (kind=? AND (modified,id)>(?,?))")]
    public void Pages_of_records_are_parts_of_an_index(string filter, string step)
    {
        _rig.Store.Put(TestRecords.Create(1));
        SearchSql search = StoreRig.Compile(_rig.Store, filter.Length > 0 ? Filter(filter) : new());
        SqlText second = search.After(TestRecords.Create(1).Key);

        Assert.True(search.IsOrdered);
        Assert.Equal(step, _rig.Store.Explain(second.Text, second.Values)[0]);
        foreach (SqlText page in (SqlText[])[search.After(null), second])
        {
            Assert.DoesNotContain(
                _rig.Store.Explain(page.Text, page.Values), line => line.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }
    }

    // One value may hold one of the bounds, and another value the other.
    [Fact]
    public void Two_bounds_are_one_range_unless_a_record_has_several_values()
    {
        (string Name, object Value)[] kept =
            [("a", 1), ("a", 5), ("a", new object[] { 1, 9 }), ("a", new object[] { 5, 5 }), ("b", 5)];
        for (int number = 0; number < kept.Length; number++)
        {
            _rig.Store.Put(TestRecords.Create(number) with { Attributes = Attributes(kept[number].Name, kept[number].Value) });
        }

        RecordSearch search = Filter("a -gt 3 -and a -lt 7");
        Assert.Equal([1, 2, 3], Ticks(StoreRig.Find(_rig.Store, search)));
        _rig.Store.Put(TestRecords.Update(TestRecords.Create(2), 500) with { Attributes = Attributes("a", 9) });
        Assert.Equal([1, 3], Ticks(StoreRig.Find(_rig.Store, search)));
    }

    [Fact]
    public void Text_within_is_found_behind_the_part_that_an_index_has()
    {
        string[] kept = ["xaax", "xbx", new string('x', 200) + "aa", "a", "aa", "AA"];
        for (int number = 0; number < kept.Length; number++)
        {
            _rig.Store.Put(TestRecords.Create(number) with { Attributes = Attributes("n", kept[number]) });
        }

        Assert.Equal([0, 2, 4], Ticks(StoreRig.Find(_rig.Store, Filter("n -like '*aa*'"))));
        Assert.Equal([0], Ticks(StoreRig.Find(_rig.Store, Filter("n -like 'x*aa?'"))));
    }

    [Fact]
    public void A_record_that_changes_while_it_is_listed_comes_once_and_a_new_one_does_not()
    {
        GraphRecord[] records = [.. Enumerable.Range(0, 6).Select(number => TestRecords.Create(number))];
        Array.ForEach(records, record => _rig.Store.Put(record));
        RecordCursor cursor = _rig.Store.Search(new());
        List<GraphRecord> found = [.. StoreRig.Read(cursor, 3, long.MaxValue)];

        _rig.Store.Put(TestRecords.Update(records[0], 100));
        _rig.Store.Put(TestRecords.Update(records[4], 101));
        _rig.Store.Remove(records[5].Id);
        _rig.Store.Put(TestRecords.Create(50));
        found.AddRange(StoreRig.Read(cursor, 3, long.MaxValue));

        Assert.Equal([0, 1, 2, 3, 101], Ticks(found));
        Assert.Empty(StoreRig.Read(cursor, 3, long.MaxValue));
    }

    [Fact]
    public void A_search_sees_what_was_kept_before_and_nothing_that_is_not()
    {
        _rig.Store.Put(TestRecords.Create(1));
        _rig.Store.Batch.Begin(isDurable: false);
        _rig.Store.Put(TestRecords.Create(2));

        Assert.Equal([1], Ticks(StoreRig.Find(_rig.Store, new())));
        _rig.Store.Batch.Commit();
        Assert.Equal([1, 2], Ticks(StoreRig.Find(_rig.Store, new())));
    }

    [Fact]
    public async Task Records_are_written_while_one_is_read()
    {
        _rig.Store.Put(TestRecords.Create(1));
        using var reading = new SemaphoreSlim(0);
        using var written = new SemaphoreSlim(0);
        Task<int> count = _rig.Store.Readers.UseAsync(
            reader =>
            {
                int read = 0;
                reader.ForEach(_ =>
                {
                    read++;
                    reading.Release();
                    written.Wait();
                });
                return read;
            },
            CancellationToken.None);
        await reading.WaitAsync();

        _rig.Store.Put(TestRecords.Create(2));
        written.Release(2);

        Assert.Equal(1, await count);
        Assert.Equal(2, StoreRig.Find(_rig.Store, new()).Count);
    }

    // A statement that would never end by itself.
    [Fact]
    public async Task A_search_ends_when_it_is_given_up_and_when_the_database_is_closed()
    {
        const string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
        using var ending = new CancellationTokenSource();
        Task[] searches =
        [
            .. Enumerable.Range(0, 6).Select(_ => _rig.Store.Readers.UseAsync(
                reader => reader.ListNumbers(new(endless, [])), ending.Token)),
        ];
        await ending.CancelAsync();
        foreach (Task search in searches)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        }

        Task last = _rig.Store.Readers.UseAsync(reader => reader.ListNumbers(new(endless, [])), CancellationToken.None);
        _rig.Store.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
    }

    public void Dispose() => _rig.Dispose();

    private static IEnumerable<int> Ticks(IEnumerable<GraphRecord> records) =>
        records.Select(record => (int)(record.Modified - TestRecords.Time(0)).Ticks);

    private IReadOnlyList<string> Explain(RecordSearch search)
    {
        SearchSql compiled = StoreRig.Compile(_rig.Store, search);
        SqlText sql = compiled.IsOrdered ? compiled.After(null) : compiled.All;
        return _rig.Store.Explain(sql.Text, sql.Values);
    }

    private static RecordSearch Filter(string filter) => new() { Query = SearchQuery.ParseFilter(filter) };

    private static string Attributes(string name, object value) =>
        RecordAttributes.Write(RecordAttributes.FromDictionary(new Dictionary<string, object> { [name] = value }));

    private static bool IsMeant(RecordSearch search, GraphRecord record) =>
        (search.IncludesDeleted || !record.IsDeleted)
        && (search.Types.Count == 0 || search.Types.Contains(record.Type) != search.IsExclusion)
        && (search.CreatorId is null || search.CreatorId == record.CreatorId)
        && (search.Query is null || search.Query.IsMatch(record, Delta));

    private GraphRecord CreateRecord(int number)
    {
        GraphRecord record = TestRecords.Create(number, Pick(Types), Pick(Creators));
        DateTimeOffset made = new(2003, 1, 1 + _random.Next(28), 0, 0, 0, TimeSpan.Zero);
        List<PeerRecordAttribute> attributes = [];
        for (int i = _random.Next(5); i > 0; i--)
        {
            (PeerAttributeType type, string[] values) = PickType();
            attributes.Add(new(Pick(Names), type, Pick(values)));
        }

        return record with
        {
            Created = PeerTime.FromUtc(made, Delta),
            Modified = PeerTime.FromUtc(made.AddDays(_random.Next(3)), Delta),
            Expires = new(ulong.MaxValue),
            IsDeleted = _random.Chance(5),
            Attributes = RecordAttributes.Write(attributes),
            Payload = default,
        };
    }

    private RecordSearch CreateSearch() => new()
    {
        Types = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Pick(Types))],
        IsExclusion = _random.Chance(3),
        CreatorId = _random.Chance(3) ? Pick(Creators) : null,
        IncludesDeleted = _random.Chance(2),
        PeerTimeDelta = Delta,
        Query = _random.Chance(10) ? null : new(CreateNode(3)),
    };

    private SearchNode CreateNode(int depth) => depth > 0 && _random.Chance(2)
        ? new SearchGroup(_random.Chance(2), [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => CreateNode(depth - 1))])
        : CreateClause();

    private SearchClause CreateClause()
    {
        SearchClause? clause;
        do
        {
            (PeerAttributeType type, string[] values) = PickType();
            string name = Pick(_random.Chance(2) ? Names : [.. AttributeNames.Reserved]);
            string value = name switch
            {
                AttributeNames.CreatorId => Pick(Creators),
                AttributeNames.RecordType => Pick(Types).ToString(),
                AttributeNames.CreationTime or AttributeNames.LastModificationTime => $"2003-01-{1 + _random.Next(28):00}",
                _ => Pick(values),
            };
            if (type == PeerAttributeType.Text && _random.Chance(2))
            {
                value = SearchPattern.Quote(value[..Math.Min(value.Length, 1 + _random.Next(9))]) + Pick(["*", "?", "*b", ""]);
            }

            clause = SearchClause.TryCreate(name, type, (SearchComparison)_random.Next(6), value, out _);
        }
        while (clause is null);
        return clause;
    }

    private (PeerAttributeType Type, string[] Values) PickType() => _random.Next(3) switch
    {
        0 => (PeerAttributeType.Number, Numbers),
        1 => (PeerAttributeType.Date, Dates),
        _ => (PeerAttributeType.Text, Texts),
    };

    private T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];
}
