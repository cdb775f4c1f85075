using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Pnrp;

public sealed class KeptNamesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly PeerName Owner = PeerName.Parse($"{new string('a', 40)}.");

    private const string FirstForm =
        """
        {
          "Version": 1,
          "Settings": {
            "Names": [
              {
                "Name": "0.one",
                "Identity": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
                "Cloud": "Loopback_",
                "Endpoints": [],
                "Port": 80,
                "Protocol": "Tcp",
                "Comment": "",
                "Data": null,
                "Text": null,
                "LocationHint": null,
                "DelegationChain": null,
                "Expires": null
              },
              {
                "Name": "0.two",
                "Identity": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
                "Cloud": "",
                "Endpoints": [],
                "Port": 81,
                "Protocol": "Tcp",
                "Comment": "a remark",
                "Data": null,
                "Text": null,
                "LocationHint": null,
                "DelegationChain": null,
                "Expires": null
              }
            ]
          }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    private string File => _folder.Combine("names.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_name_that_is_to_last_is_there_again_as_it_was()
    {
        PeerRegistrationRequest request = Request("0.lasts") with
        {
            Clouds = ["Loopback_"],
            Endpoints = [new(IPAddress.Parse("fe80::1%2"), 80, PeerProtocol.Udp), new(IPAddress.Loopback, 81, PeerProtocol.Udp)],
            Comment = "a remark",
            Data = new byte[] { 1, 2 },
            LocationHint = IPAddress.IPv6Loopback,
            DelegationChain = new byte[] { 3 },
        };
        KeptNames.Open(File).Note(request, Owner, Now);

        PeerRegistrationRequest again = Assert.Single(KeptNames.Open(File).Take(Now));

        Assert.Equal(request.Name, again.Name);
        Assert.Equal(Owner.Value, again.Identity);
        Assert.Equal(request.Clouds, again.Clouds);
        Assert.Equal(request.Endpoints, again.Endpoints);
        Assert.Equal((request.Comment, request.LocationHint), (again.Comment, again.LocationHint));
        Assert.Equal([1, 2], again.Data!.Value.ToArray());
        Assert.Equal([3], again.DelegationChain!.Value.ToArray());
        Assert.True(again.IsPersistent);
        Assert.Null(again.Lifetime);
    }

    [Fact]
    public void A_lifetime_runs_on_while_the_node_does_not()
    {
        KeptNames.Open(File).Note(Request("0.runs") with { Lifetime = TimeSpan.FromHours(3) }, Owner, Now);

        Assert.Equal(TimeSpan.FromHours(1), Assert.Single(KeptNames.Open(File).Take(Now.AddHours(2))).Lifetime);
        Assert.Empty(KeptNames.Open(File).Take(Now.AddHours(3)));
        Assert.Empty(KeptNames.Open(File).Take(Now));
    }

    [Fact]
    public void What_is_registered_for_the_nodes_life_only_is_forgotten()
    {
        KeptNames names = KeptNames.Open(File);
        names.Note(Request("0.one"), Owner, Now);
        names.Note(Request("0.two"), Owner, Now);

        names.Note(Request("0.one") with { IsPersistent = false }, Owner, Now);

        PeerRegistrationRequest left = Assert.Single(KeptNames.Open(File).Take(Now));
        Assert.Equal("0.two", left.Name.Value);
        Assert.Null(left.Data);
        Assert.Null(left.DelegationChain);
    }

    [Theory]
    [InlineData("", "LinkLocal_eth0")]
    [InlineData("Loopback_", "loopback_")]
    public void What_is_withdrawn_is_forgotten(string asked, string cloud)
    {
        KeptNames names = KeptNames.Open(File);
        names.Note(Request("0.one") with { Clouds = asked.Length > 0 ? [asked] : [] }, Owner, Now);
        PeerNameRegistration registration = Registration("0.one", cloud);
        Assert.True(names.Contains(registration));
        Assert.False(names.Contains(registration with { Identity = "0.other" }));

        names.Forget(registration);

        Assert.False(names.Contains(registration));
        Assert.Empty(KeptNames.Open(File).Take(Now));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"Version":1,"Settings":{"Names":[{"Name":"no name"}]}}""")]
    [InlineData("""{"Version":1,"Settings":{"Names":[{"Name":"0.a","Endpoints":["nowhere"]}]}}""")]
    public async Task A_damaged_file_is_told_and_stays(string content)
    {
        System.IO.File.WriteAllText(File, content);
        KeptNames names = KeptNames.Open(File);
        List<string> notices = [];

        await names.ResumeAsync(_ => Task.CompletedTask, notices.Add, Now);

        Assert.Contains(File, Assert.Single(notices));
        Assert.Equal(PeerErrors.InvalidData, Assert.Throws<PeerException>(names.RequireWritable).Error);
        Assert.Throws<PeerException>(() => names.Note(Request("0.one"), Owner, Now));
        names.Note(Request("0.one") with { IsPersistent = false }, Owner, Now);
        Assert.Equal(content, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void The_list_of_an_earlier_version_is_carried_over_and_then_says_that_a_later_one_was_here()
    {
        System.IO.File.WriteAllText(File, FirstForm);

        PeerRegistrationRequest[] carried = [.. KeptNames.Open(File).Take(Now)];
        KeptNames.Open(File).Forget(Registration("0.one", "Loopback_"));
        PeerRegistrationRequest left = Assert.Single(KeptNames.Open(File).Take(Now));

        Assert.Equal(["0.one", "0.two"], carried.Select(request => request.Name.Value).Order());
        Assert.Equal(("0.two", 81, "a remark"), (left.Name.Value, left.Port, left.Comment));
        PeerException earlier = Assert.Throws<PeerException>(
            () => SettingsFile<KeptNamesDocument>.Open(File, "names", () => new(), _ => true));
        Assert.Equal(PeerErrors.UnsupportedVersion, earlier.Error);
    }

    [Fact]
    public void A_name_whose_file_is_damaged_is_told_and_stays_and_the_others_are_there()
    {
        KeptNames names = KeptNames.Open(File);
        names.Note(Request("0.one"), Owner, Now);
        string damaged = Assert.Single(Directory.GetFiles(_folder.Combine("names")));
        names.Note(Request("0.two"), Owner, Now);
        System.IO.File.WriteAllText(damaged, "{");

        KeptNames again = KeptNames.Open(File);

        Assert.Equal("0.two", Assert.Single(again.Take(Now)).Name.Value);
        Assert.False(again.Contains(Registration("0.one", "")));
        Assert.Throws<PeerException>(() => again.Note(Request("0.one"), Owner, Now));
        again.Note(Request("0.three"), Owner, Now);
        Assert.Equal("{", System.IO.File.ReadAllText(damaged));
        again.Forget(Registration("0.one", ""));
        Assert.False(System.IO.File.Exists(damaged));
    }

    // What a start writes does not grow with what it finds.
    [Fact]
    public void A_name_that_is_registered_again_as_it_is_kept_is_not_written()
    {
        KeptNames names = KeptNames.Open(File);
        names.Note(Request("0.one"), Owner, Now);
        string file = Assert.Single(Directory.GetFiles(_folder.Combine("names")));
        System.IO.File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);

        KeptNames.Open(File).Note(Request("0.one"), Owner, Now);
        names.Note(Request("0.two"), Owner, Now);

        Assert.Equal(DateTime.UnixEpoch, System.IO.File.GetLastWriteTimeUtc(file));
    }

    private static PeerRegistrationRequest Request(string name) => new() { Name = PeerName.Parse(name), Port = 80, IsPersistent = true };

    private static PeerNameRegistration Registration(string name, string cloud) => new()
    {
        Name = PeerName.Parse(name),
        Cloud = cloud,
        Identity = Owner.Value,
        State = PeerRegistrationState.Waiting,
        PnrpId = default,
    };
}
