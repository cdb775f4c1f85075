using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Tests.Pnrp;

public sealed class AddressCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.Combine("addresses.json");

    public void Dispose() => _folder.Dispose();

    private AddressCache Open() => new(File, NullLogger.Instance);

    private static PnrpEndpoint Endpoint(string text) => PnrpEndpoint.From(IPEndPoint.Parse(text));

    [Fact]
    public void Endpoints_and_seeds_survive_a_restart()
    {
        AddressCache cache = Open();
        cache.SetEndpoints("Global_", [Endpoint("[2001:db8::1]:3540"), Endpoint("192.0.2.1:4000")]);
        cache.SetSeeds("Global_", ["seed.example.org:3540"]);

        AddressCache again = Open();

        Assert.Equal([Endpoint("[2001:db8::1]:3540"), Endpoint("192.0.2.1:4000")], again.GetEndpoints("Global_"));
        Assert.Equal(["seed.example.org:3540"], again.GetSeeds("Global_"));
        Assert.Empty(again.GetEndpoints("Loopback_"));
    }

    [Fact]
    public void Ten_endpoints_are_kept()
    {
        AddressCache cache = Open();

        cache.SetEndpoints("Global_", [.. Enumerable.Range(1, 30).Select(i => Endpoint($"192.0.2.{i}:4000"))]);

        Assert.Equal(AddressCache.MaximumEndpoints, Open().GetEndpoints("Global_").Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{ "version": 2, "clouds": {} }""")]
    [InlineData("""{ "version": 1, "clouds": null }""")]
    [InlineData("""{ "version": 1, "clouds": { "Global_": null } }""")]
    [InlineData("""{ "version": 1, "clouds": { "Global_": { "endpoints": [null] } } }""")]
    [InlineData("""{ "version": 1, "clouds": { "Global_": { "endpoints": 7 } } }""")]
    public void A_damaged_file_is_set_aside(string content)
    {
        System.IO.File.WriteAllText(File, content);

        AddressCache cache = Open();

        Assert.Empty(cache.GetEndpoints("Global_"));
        Assert.Equal(content, System.IO.File.ReadAllText(File + ".damaged"));
        cache.SetSeeds("Global_", ["host:3540"]);
        Assert.Equal(["host:3540"], Open().GetSeeds("Global_"));
    }

    [Fact]
    public void An_entry_that_is_no_endpoint_is_passed_over()
    {
        System.IO.File.WriteAllText(
            File,
            """{ "version": 1, "clouds": { "Global_": { "endpoints": [ "nonsense", "192.0.2.1:80", "192.0.2.1:4000" ] } } }""");

        Assert.Equal([Endpoint("192.0.2.1:4000")], Open().GetEndpoints("Global_"));
    }
}
