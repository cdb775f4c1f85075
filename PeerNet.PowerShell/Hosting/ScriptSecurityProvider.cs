using System.Collections;
using System.Management.Automation;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// A security provider made of script blocks. Both sides of a connection prove something to each other in a
/// <see cref="ChallengeExchange"/>; records get what SecureRecord writes, and are what ValidateRecord says.
/// </summary>
internal sealed class ScriptSecurityProvider : IGraphSecurityProvider, IChallengeParty, IDisposable
{
    /// <summary>The key of the hashtable of variables.</summary>
    public const string VariableKey = "Variable";

    private const string SecureKey = "SecureRecord";
    private const string ValidateKey = "ValidateRecord";
    private const string ProveKey = "Authenticate";
    private const string JudgeKey = "ValidateAuthentication";

    /// <summary>The names of the script blocks.</summary>
    public static readonly IReadOnlyList<string> Keys = [SecureKey, ValidateKey, ProveKey, JudgeKey];

    private static readonly TimeSpan ScriptTimeout = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _scripts;

    // Strangers who authenticate, neighbors whose records are judged, and this node's own publishing do not wait for one
    // another; and all strangers together have half of the processors.
    private readonly ScriptPool _strangers;
    private readonly ScriptRunner _judging;
    private readonly ScriptRunner _publishing;
    private readonly ChallengeExchange _exchange = new(SystemRandomSource.Instance);

    public ScriptSecurityProvider(IReadOnlyDictionary<string, ScriptBlock> scripts, IDictionary variables)
    {
        _scripts = scripts.ToDictionary(entry => entry.Key, entry => entry.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _strangers = new ScriptPool(Math.Clamp(Environment.ProcessorCount / 2, 1, 4), variables, ScriptTimeout);
        _judging = new ScriptRunner(variables, ScriptTimeout);
        _publishing = new ScriptRunner(variables, ScriptTimeout);
    }

    public async Task<SecuredConnection> AuthenticateAsync(
        Stream stream, GraphConnectionContext connection, CancellationToken cancellationToken)
    {
        bool hasSecret = _scripts.ContainsKey(ProveKey) || _scripts.ContainsKey(JudgeKey);
        string peerId = hasSecret
            ? await _exchange.AuthenticateAsync(stream, connection, this, cancellationToken).ConfigureAwait(false)
            : connection.RemotePeerId ?? "";
        return new SecuredConnection(stream, peerId, Cipher: null);
    }

    public async Task<byte[]> ProveAsync(
        GraphConnectionContext connection, byte[] challenge, CancellationToken cancellationToken) =>
        _scripts.TryGetValue(ProveKey, out string? script)
            ? ToBytes(await _strangers.RunAsync(
                connection.RemoteAddress, script, [connection, challenge], cancellationToken).ConfigureAwait(false))
            : [];

    public async Task<string?> JudgeAsync(
        GraphConnectionContext connection, byte[] challenge, byte[] proof, CancellationToken cancellationToken)
    {
        if (!_scripts.TryGetValue(JudgeKey, out string? script))
        {
            // Everybody may be whom he claims to be.
            return connection.RemotePeerId;
        }

        object? verdict = await _strangers.RunAsync(
            connection.RemoteAddress, script, [connection, challenge, proof], cancellationToken).ConfigureAwait(false);
        return verdict switch
        {
            true => connection.RemotePeerId,
            string peerId when peerId.Length > 0 => peerId,
            _ => null,
        };
    }

    public ReadOnlyMemory<byte> SecureRecord(GraphSecurityRecord record, RecordAction action) =>
        _scripts.TryGetValue(SecureKey, out string? script) ? ToBytes(_publishing.Run(script, record, action.ToString())) : default;

    public RecordVerdict ValidateRecord(GraphSecurityRecord record, RecordAction action) =>
        !_scripts.TryGetValue(ValidateKey, out string? script) ? RecordVerdict.Valid
        : _judging.Run(script, record, action.ToString()) switch
        {
            bool isValid => isValid ? RecordVerdict.Valid : RecordVerdict.Invalid,
            RecordVerdict verdict => verdict,
            string text when Enum.TryParse(text, ignoreCase: true, out RecordVerdict verdict) => verdict,
            _ => RecordVerdict.Invalid,
        };

    public void Dispose()
    {
        _strangers.Dispose();
        _judging.Dispose();
        _publishing.Dispose();
    }

    private static byte[] ToBytes(object? output) => output switch
    {
        null => [],
        byte[] bytes => bytes,
        byte one => [one],
        string text => Encoding.UTF8.GetBytes(text),
        object[] many when many.All(one => one is byte) => [.. many.Cast<byte>()],
        _ => throw PeerErrors.InvalidArgument.Exception(
            $"A script of a security provider writes bytes or text; this one wrote a {output.GetType().Name}."),
    };
}
