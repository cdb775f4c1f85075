namespace PeerNet.Engine.Pnrp.Discovery;
internal sealed class AddressCache
{
    public IReadOnlyList<PnrpEndpoint> GetEndpoints(string cloud) => [];
    public IReadOnlyList<string> GetSeeds(string cloud) => [];
    public void SetEndpoints(string cloud, IReadOnlyList<PnrpEndpoint> endpoints) { _ = this; }
    public void SetSeeds(string cloud, IReadOnlyList<string> seeds) { _ = this; }
}
