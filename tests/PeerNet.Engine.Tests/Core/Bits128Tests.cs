using System.Buffers.Binary;
using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Core;

public sealed class Bits128Tests
{
    private static readonly UInt128[] Edges =
        [0, 1, ulong.MaxValue, UInt128.One << 64, UInt128.MaxValue - 1, UInt128.MaxValue, (UInt128)ulong.MaxValue << 64];

    [Fact]
    public void It_is_the_number_of_the_runtime_in_two_words()
    {
        foreach (UInt128 number in Numbers())
        {
            Bits128 bits = number;
            Assert.Equal(number, (UInt128)bits);
            Assert.Equal((int)UInt128.LeadingZeroCount(number), bits.LeadingZeroCount());
            Assert.Equal(number.ToString("x32", CultureInfo.InvariantCulture), bits.ToString());
            Assert.True(Bits128.TryParse(number.ToString("X32", CultureInfo.InvariantCulture), out Bits128 read));
            Assert.Equal(bits, read);
        }
    }

    [Fact]
    public void It_adds_subtracts_and_orders_as_the_number_does()
    {
        foreach (UInt128 left in Numbers())
        {
            foreach (UInt128 right in Numbers())
            {
                Assert.Equal(left.CompareTo(right), ((Bits128)left).CompareTo(right));
                foreach (UInt128 more in new UInt128[] { 0, 1 })
                {
                    bool carry = more != 0;
                    Assert.Equal(left + right + more, (UInt128)Bits128.Add(left, right, ref carry));
                    Assert.Equal(UInt128.MaxValue - left < right || (more == 1 && UInt128.MaxValue - left == right), carry);

                    bool borrow = more != 0;
                    Assert.Equal(left - right - more, (UInt128)Bits128.Subtract(left, right, ref borrow));
                    Assert.Equal(left < right || (more == 1 && left == right), borrow);
                }
            }
        }
    }

    [Fact]
    public void Its_bytes_are_in_the_order_of_the_wire()
    {
        byte[] bytes = new byte[Bits128.Size];
        foreach (UInt128 number in Numbers())
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
            Assert.Equal(number, (UInt128)Bits128.Read(bytes));

            byte[] written = new byte[Bits128.Size];
            ((Bits128)number).Write(written);
            Assert.Equal(bytes, written);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData(" 123456789abcdef0123456789abcdef")]
    public void Other_text_is_not_read(string text) => Assert.False(Bits128.TryParse(text, out _));

    private static IEnumerable<UInt128> Numbers()
    {
        var random = new SeededBytes(1);
        return [.. Edges, .. Enumerable.Range(0, 50).Select(_ => (UInt128)random.Number() >> random.Next(128))];
    }
}
