using System.Buffers.Binary;
using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// A security provider made of script blocks. Both sides of a connection send a challenge, answer that of the other with a
/// proof, and judge the proof they get; records get what SecureRecord writes, and are what ValidateRecord says.
/// </summary>
internal sealed class ScriptSecurityProvider : IGraphSecurityProvider, IDisposable
{
    /// <summary>The key of the hashtable of variables.</summary>
    public const string VariableKey = "Variable";

    private const string SecureKey = "SecureRecord";
    private const string ValidateKey = "ValidateRecord";
    private const string ProveKey = "Authenticate";
    private const string JudgeKey = "ValidateAuthentication";
    private const int ChallengeLength = 32;
    private const int MaximumProof = 64 * 1024;
    private const byte Accepted = 1;

    /// <summary>The names of the script blocks.</summary>
    public static readonly IReadOnlyList<string> Keys = [SecureKey, ValidateKey, ProveKey, JudgeKey];

    private static readonly TimeSpan ScriptTimeout = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _scripts;

    // Strangers who authenticate, neighbors whose records are judged, and this node's own publishing do not wait for one
    // another; and all strangers together have half of the processors.
    private readonly ScriptPool _strangers;
    private readonly ScriptRunner _judging;
    private readonly ScriptRunner _publishing;

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
        string peerId = connection.RemotePeerId ?? "";
        if (_scripts.ContainsKey(ProveKey) || _scripts.ContainsKey(JudgeKey))
        {
            byte[] challenge = RandomNumberGenerator.GetBytes(ChallengeLength);
            await stream.WriteAsync(challenge, cancellationToken).ConfigureAwait(false);
            byte[] theirs = new byte[ChallengeLength];
            await stream.ReadExactlyAsync(theirs, cancellationToken).ConfigureAwait(false);
            await SendAsync(stream, await ProveAsync(connection, theirs, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            byte[] proof = await ReceiveAsync(stream, cancellationToken).ConfigureAwait(false);
            peerId = await JudgeAsync(connection, challenge, proof, cancellationToken).ConfigureAwait(false) ?? peerId;
            await AgreeAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        return new SecuredConnection(stream, peerId, Cipher: null);
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

    private async Task<byte[]> ProveAsync(
        GraphConnectionContext connection, byte[] challenge, CancellationToken cancellationToken) =>
        _scripts.TryGetValue(ProveKey, out string? script)
            ? ToBytes(await _strangers.RunAsync(
                connection.RemoteAddress, script, [connection, challenge], cancellationToken).ConfigureAwait(false))
            : [];

    // The peer id where the script has found one out; null where it lets the other side be whom it claims to be.
    private async Task<string?> JudgeAsync(
        GraphConnectionContext connection, byte[] challenge, byte[] proof, CancellationToken cancellationToken)
    {
        if (!_scripts.TryGetValue(JudgeKey, out string? script))
        {
            return null;
        }

        object? verdict = await _strangers.RunAsync(
            connection.RemoteAddress, script, [connection, challenge, proof], cancellationToken).ConfigureAwait(false);
        return verdict switch
        {
            true => null,
            string peerId when peerId.Length > 0 => peerId,
            _ => throw PeerErrors.ConnectionNotAuthenticated.Exception(
                $"The security provider does not let '{connection.RemotePeerId}' in."),
        };
    }

    // Neither side goes on before the other has judged it.
    private static async Task AgreeAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] answer = new byte[1];
        await stream.WriteAsync(new byte[] { Accepted }, cancellationToken).ConfigureAwait(false);
        await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
        if (answer[0] != Accepted)
        {
            throw PeerErrors.ConnectionNotAuthenticated.Exception("The other side does not let this node in.");
        }
    }

    private static async Task SendAsync(Stream stream, byte[] proof, CancellationToken cancellationToken)
    {
        byte[] message = new byte[sizeof(uint) + proof.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)proof.Length);
        proof.CopyTo(message, sizeof(uint));
        await stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<byte[]> ReceiveAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] head = new byte[sizeof(uint)];
        await stream.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length > MaximumProof)
        {
            throw PeerErrors.ConnectionNotAuthenticated.Exception("The proof of the other side is too long.");
        }

        byte[] proof = new byte[length];
        await stream.ReadExactlyAsync(proof, cancellationToken).ConfigureAwait(false);
        return proof;
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
