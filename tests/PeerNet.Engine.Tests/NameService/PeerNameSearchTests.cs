using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.NameService;
using PeerNet.Engine.NameService.Protocol;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.NameService;

public sealed class PeerNameSearchTests
{
    private static readonly PeerName Name = PeerName.Parse("0.printer");

    private readonly FakePnrp _pnrp = new();
    private readonly FakeInterfaces _interfaces = new(FakeInterfaces.Loopback, FakeInterfaces.HostOnly(2, "172.17.0.1/16"));

    [Fact]
    public async Task The_first_registration_with_an_address_for_other_programs_will_do()
    {
        _pnrp.Others.Add(FakePnrp.Found(Name.Value, FakePnrp.Global, "fe80::1"));
        _pnrp.Others.Add(FakePnrp.Found(Name.Value, FakePnrp.Global, "127.0.0.1"));
        _pnrp.Others.Add(FakePnrp.Found(Name.Value, FakePnrp.Global, "192.0.2.1") with { Comment = "this one", IsVerified = true });
        _pnrp.Others.Add(FakePnrp.Found(Name.Value, FakePnrp.Global, "192.0.2.2"));
        SearchOutcome outcome = await SearchAsync();
        Assert.Equal(["", "", "this one"], outcome.Found.Select(found => found.Comment));
        Assert.True(outcome.Found[^1].IsVerified);
        Assert.Null(outcome.Failure);
        Assert.Equal(PeerResolveCriteria.Any, Assert.Single(_pnrp.Requests).Criteria);
    }

    [Fact]
    public async Task What_this_node_has_itself_needs_no_search()
    {
        _pnrp.Own.Add(Own(Name));
        FoundName found = Assert.Single((await SearchAsync()).Found);
        Assert.True(found is { IsOfThisMachine: true, IsUsable: true, IsVerified: false, Expires: null });
        Assert.Empty(_pnrp.Requests);
        Assert.Empty((await new PeerNameSearch(_pnrp, _interfaces).SearchAsync(PeerName.Parse("0.other"), default)).Found);
    }

    [Fact]
    public async Task What_this_node_has_itself_is_found_in_any_letter_case()
    {
        _pnrp.Own.Add(Own(PeerName.Parse("0.Printer")) with { Comment = "capital" });
        Assert.Equal("capital", Assert.Single((await SearchAsync()).Found).Comment);
        _pnrp.Own.Add(Own(Name) with { Comment = "exactly" });
        Assert.Equal("exactly", Assert.Single((await SearchAsync()).Found).Comment);
        Assert.Empty(_pnrp.Requests);
    }

    [Fact]
    public async Task Addresses_of_the_cloud_that_does_not_leave_the_machine_are_good_on_this_machine()
    {
        _pnrp.Others.Add(FakePnrp.Found(Name.Value, FakePnrp.Loopback, "127.0.0.1"));
        _pnrp.Others.Add(FakePnrp.Found(Name.Value, FakePnrp.Global, "192.0.2.1"));
        Assert.True(Assert.Single((await SearchAsync()).Found).IsOfThisMachine);
    }

    [Fact]
    public async Task An_address_that_this_machine_has_too_is_told_only_where_the_name_has_no_other()
    {
        _pnrp.Others.Add(FakePnrp.Found(Name.Value, FakePnrp.Global, "172.17.0.1", "192.0.2.1"));
        Assert.Equal(["192.0.2.1"], await FindAddressesAsync());

        _pnrp.Others.Clear();
        _pnrp.Others.Add(FakePnrp.Found(Name.Value, FakePnrp.Global, "172.17.0.1"));
        Assert.Equal(["172.17.0.1"], await FindAddressesAsync());
    }

    [Fact]
    public async Task Nobody_has_it_and_nobody_could_be_asked_are_told_apart_as_the_resolve_does()
    {
        SearchOutcome nobody = await SearchAsync();
        Assert.Empty(nobody.Found);
        Assert.Null(nobody.Failure);
        _pnrp.Failure = PeerErrors.NoOtherNode.Exception("No other node is known.");
        SearchOutcome failed = await SearchAsync();
        Assert.Empty(failed.Found);
        Assert.Equal("No other node is known.", failed.Failure);
    }

    private static PeerNameRegistration Own(PeerName name) => new()
    {
        Name = name,
        Cloud = FakePnrp.Loopback,
        Identity = "0.me",
        State = PeerRegistrationState.Registered,
        PnrpId = default,
        Endpoints = [new(IPAddress.Loopback, 80)],
    };

    private async Task<IEnumerable<string>> FindAddressesAsync() =>
        Assert.Single((await SearchAsync()).Found).Endpoints.Select(endpoint => endpoint.Address.ToString());

    private Task<SearchOutcome> SearchAsync() => new PeerNameSearch(_pnrp, _interfaces).SearchAsync(Name, default);
}
