using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Tests.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Search;

public sealed class SearchEvaluatorTests
{
    private static readonly DateTimeOffset Made = new(2003, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Delta = TimeSpan.FromHours(1);

    private static readonly GraphRecord Record = TestRecords.Create(1, creatorId: "James Peters") with
    {
        Type = new("ABCDEF00-0000-0000-0000-000000000001"),
        ModifierId = "editor",
        Created = PeerTime.FromUtc(Made, Delta),
        Modified = PeerTime.FromUtc(Made.AddDays(1), Delta),
        Attributes = RecordAttributes.Write(RecordAttributes.FromDictionary(new Dictionary<string, object>
        {
            ["Owner"] = "Scott",
            ["Priority"] = 10,
            ["Birthday"] = new DateOnly(1972, 4, 4),
            ["keyword"] = new[] { "red", "blue" },
            ["Digits"] = "10",
        })),
    };

    [Theory]
    [InlineData("Owner -eq 'Scott'", true)]
    [InlineData("Owner -eq 'scott'", false)]
    [InlineData("owner -eq 'Scott'", false)]
    [InlineData("Owner -ne 'Scott'", false)]
    [InlineData("Owner -ne 'x'", true)]
    [InlineData("Owner -gt 'Sco'", true)]
    [InlineData("Owner -lt 'Scott'", false)]
    [InlineData("Owner -le 'Scott'", true)]
    [InlineData("Owner -like 'S*t'", true)]
    [InlineData("Owner -notlike 'S*t'", false)]
    [InlineData("Missing -ne 'x'", false)]
    [InlineData("Missing -like '*'", false)]
    [InlineData("Priority -eq 0010", true)]
    [InlineData("Priority -gt 9", true)]
    [InlineData("Priority -lt 9", false)]
    [InlineData("Priority -lt 100000000000000000000000", true)]
    [InlineData("Priority -eq '10'", false)]
    [InlineData("Digits -eq 10", false)]
    [InlineData("Birthday -eq 1972-04-04T02:00+02:00", true)]
    [InlineData("Birthday -ge [datetime]1972", true)]
    [InlineData("Birthday -gt 1972-04-04", false)]
    [InlineData("keyword -eq 'red' -and keyword -eq 'blue'", true)]
    [InlineData("keyword -ne 'red'", true)]
    [InlineData("keyword -eq 'green'", false)]
    [InlineData("peercreatorid -like 'James P*'", true)]
    [InlineData("peerlastmodifiedby -eq 'editor'", true)]
    [InlineData("peerrecordtype -eq 'abcdef00-0000-0000-0000-000000000001'", true)]
    [InlineData("peerrecordtype -eq '{ABCDEF00-0000-0000-0000-000000000001}'", true)]
    [InlineData("peerrecordtype -like 'ABCDEF*'", true)]
    [InlineData("peerrecordid -like '*-*'", true)]
    [InlineData("peerrecordid -eq '{}'", false)]
    [InlineData("peercreationtime -eq '2003-01-31T12:00:00Z'", true)]
    [InlineData("peercreationtime -lt '2003-01-31T12:00:00Z'", false)]
    [InlineData("peerlastmodificationtime -gt '2003-02-01'", true)]
    [InlineData("peerlastmodificationtime -gt '2003-02-01T12:00:00Z'", false)]
    [InlineData("Priority -gt 99 -or Owner -eq 'Scott'", true)]
    [InlineData("(Priority -gt 99 -or Owner -eq 'Scott') -and Digits -eq '11'", false)]
    public void A_filter_finds_what_it_says(string filter, bool isMatch) =>
        Assert.Equal(isMatch, SearchQuery.ParseFilter(filter).IsMatch(Record, Delta));
}
