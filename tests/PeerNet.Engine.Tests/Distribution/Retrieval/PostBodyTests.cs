using Microsoft.AspNetCore.Http;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

public sealed class PostBodyTests
{
    private const int Maximum = 8;

    // Without Content-Length only reading tells how long a body is.
    [Theory]
    [InlineData(0, true)]
    [InlineData(Maximum, true)]
    [InlineData(Maximum + 1, false)]
    public async Task A_body_that_is_too_long_is_none_and_not_an_empty_one(int length, bool isRead)
    {
        DefaultHttpContext context = new();
        context.Request.Body = new MemoryStream(new byte[length]);

        ReadOnlyMemory<byte>? body = await PostBody.TryReadAsync(context.Request, Maximum, CancellationToken.None);

        Assert.Equal(isRead ? length : null, body?.Length);
    }
}
