using PeerNet.Engine.Tests.Distribution.Caching;

// Tests that need a process to kill start this assembly; the test runner does not come by here.
return args is ["fill-store", { } folder, { } seed]
    ? await StoreFiller.RunAsync(folder, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture))
    : 1;
