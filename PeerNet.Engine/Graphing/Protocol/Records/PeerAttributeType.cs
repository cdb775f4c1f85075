namespace PeerNet.Engine.Graphing.Records;

/// <summary>What the value of a record's attribute is (MS-PPGRH 2.2.3.5).</summary>
public enum PeerAttributeType
{
    /// <summary><c>string</c>: any text.</summary>
    Text,

    /// <summary><c>int</c>: a whole number from 0 on.</summary>
    Number,

    /// <summary><c>date</c>: a date, or a moment.</summary>
    Date,
}
