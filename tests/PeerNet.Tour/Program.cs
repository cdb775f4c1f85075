using PeerNet.Tour;

return args switch
{
    ["publish", var folder] => await Publisher.RunAsync(folder),
    [] => await Guide.RunAsync(),
    _ => Narrator.Complain("Usage: PeerNet.Tour (without arguments)"),
};
