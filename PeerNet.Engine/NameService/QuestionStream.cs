using System.Buffers.Binary;
using System.Threading.Channels;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.NameService;

/// <summary>
/// A connection that questions come through, each behind its length (RFC 1035 4.2.2). Several may wait for their answers, which
/// go back as they come (RFC 7766 7); who has as many waiting as he may is not read any further.
/// </summary>
/// <param name="connection">The connection; closed with this.</param>
/// <param name="time">The clock.</param>
internal sealed class QuestionStream(StreamConnection connection, TimeProvider time) : IDisposable
{
    /// <summary>Questions that wait for their answers.</summary>
    public const int MaximumWaiting = 16;

    // RFC 7766 6.2.3: a few seconds. A question that comes in pieces has no longer either, and who reads nothing no more.
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private readonly SemaphoreSlim _free = new(MaximumWaiting, MaximumWaiting);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Hands over the questions, and ends with the connection.</summary>
    /// <param name="take">Takes a question, which is its own; false ends the connection.</param>
    public async Task RunAsync(Func<byte[], bool> take)
    {
        Task writing = WriteAsync();
        try
        {
            while (await ReadAsync().ConfigureAwait(false) is { } question && take(question))
            {
            }

            // Whoever has said all that he has to say waits for the rest of the answers.
            for (int i = 0; i < MaximumWaiting; i++)
            {
                await _free.WaitAsync(_closing.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Too slow, or gone.
        }

        Close();
        await writing.ConfigureAwait(false);
    }

    /// <summary>Sends an answer; for any thread.</summary>
    public void Answer(ReadOnlySpan<byte> answer)
    {
        byte[] framed = new byte[sizeof(ushort) + answer.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)answer.Length);
        answer.CopyTo(framed.AsSpan(sizeof(ushort)));
        _answers.Writer.TryWrite(framed);
    }

    /// <summary>Ends the connection; for any thread.</summary>
    public void Close()
    {
        try
        {
            _closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose()
    {
        connection.Dispose();
        _free.Dispose();
        _closing.Dispose();
    }

    /// <returns>A question; null where none comes any more.</returns>
    private async Task<byte[]?> ReadAsync()
    {
        await _free.WaitAsync(_closing.Token).ConfigureAwait(false);
        byte[]? question = null;
        try
        {
            question = await InTimeAsync(ReadOneAsync).ConfigureAwait(false);
            return question;
        }
        finally
        {
            if (question is null)
            {
                _free.Release();
            }
        }
    }

    private async Task<byte[]?> ReadOneAsync(CancellationToken cancellationToken)
    {
        byte[] head = new byte[sizeof(ushort)];
        int read = await connection.Stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        int length = BinaryPrimitives.ReadUInt16BigEndian(head);
        if (read < head.Length || length is < DnsQuery.HeaderLength or > DnsQuery.MaximumLength)
        {
            return null;
        }

        byte[] question = new byte[length];
        await connection.Stream.ReadExactlyAsync(question, cancellationToken).ConfigureAwait(false);
        return question;
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                byte[] answer = await _answers.Reader.ReadAsync(_closing.Token).ConfigureAwait(false);
                await InTimeAsync(async token =>
                {
                    await connection.Stream.WriteAsync(answer, token).ConfigureAwait(false);
                    return true;
                }).ConfigureAwait(false);
                _free.Release();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Close();
        }
    }

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        using var patience = new CancellationTokenSource(IdleTime, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closing.Token);
        return await work(ending.Token).ConfigureAwait(false);
    }
}
