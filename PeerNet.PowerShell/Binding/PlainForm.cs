using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Security;

namespace PeerNet.PowerShell.Binding;

/// <summary>Values that a text or bytes stand for, where objects travel between processes.</summary>
internal sealed class PlainForm
{
    /// <summary>The property that holds the text or the bytes.</summary>
    public const string Value = "Value";

    // Of a type's own name PowerShell would look for the properties of its objects.
    private const string Prefix = "PeerNet.Plain.";

    /// <summary>The property that says where content information is from.</summary>
    private const string Origin = nameof(PeerContentInformation.ContentId);

    private static readonly PlainForm[] All =
    [
        Of<DateTimeOffset>(
            time => time.ToString("O", CultureInfo.InvariantCulture),
            copy => DateTimeOffset.TryParse(Text(copy), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset time)
                ? time
                : (object?)ReadTime(copy)),
        Of<IPAddress>(address => address.ToString(), copy => IPAddress.TryParse(Text(copy) ?? copy.ToString(), out IPAddress? address) ? address : null),
        Of<IPEndPoint>(endpoint => endpoint.ToString(), copy => IPEndPoint.TryParse(Text(copy) ?? copy.ToString(), out IPEndPoint? endpoint) ? endpoint : null),
        Of<DnsEndPoint>(
            endpoint => FormattableString.Invariant($"{endpoint.Host}:{endpoint.Port}"),
            copy => EndpointTransformationAttribute.TryParse(Text(copy) ?? "", out EndPoint? endpoint) ? endpoint : null),
        Of<X509Certificate2>(certificate => certificate.RawData, ReadCertificate),
        Of<ReadOnlyMemory<byte>>(bytes => bytes.ToArray(), copy => Bytes(copy) is { } bytes ? new ReadOnlyMemory<byte>(bytes) : null),
        Of<FileInfo>(file => file.FullName, copy => Text(copy) is { } path ? new FileInfo(path) : null),
        Of<PeerName>(name => name.Value, copy => PeerName.TryParse(Text(copy), out PeerName? name) ? name : null),
        Of<PnrpId>(id => id.Value, copy => PnrpId.TryParse(Text(copy), out PnrpId id) ? id : null),
        Of<SegmentId>(id => id.ToString(), copy => SegmentId.TryParse(Text(copy) ?? copy.ToString(), out SegmentId id) ? id : null),
        Of<PeerPublicKey>(
            key => key.ExportSubjectPublicKeyInfo(),
            copy => Bytes(copy) is { } bytes ? PeerPublicKey.ImportSubjectPublicKeyInfo(bytes) : null),
        new(typeof(PeerContentInformation), WriteInformation, ReadInformation),
    ];

    private readonly Type _type;
    private readonly Func<object, PSObject> _write;
    private readonly Func<PSObject, object?> _read;

    private PlainForm(Type type, Func<object, PSObject> write, Func<PSObject, object?> read)
    {
        _type = type;
        _write = write;
        _read = read;
    }

    /// <summary>The form of a value; null where it has none.</summary>
    public static PSObject? Write(object value) => Array.Find(All, form => form._type.IsInstanceOfType(value))?._write(value);

    /// <summary>Whether values of a type have a form.</summary>
    public static bool Has(Type type) => Array.Exists(All, form => form._type == type);

    /// <summary>The value that a copy stands for; null where it stands for none.</summary>
    public static object? Read(Type type, PSObject copy) => Array.Find(All, form => form._type == type)?._read(copy);

    /// <summary>The type of a name, where its values have a form; the name may be that of the form, or the type's own.</summary>
    public static Type? FindType(string name)
    {
        string own = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        return Array.Find(All, form => form._type.FullName == own)?._type;
    }

    private static PlainForm Of<T>(Func<T, object> write, Func<PSObject, object?> read)
        where T : notnull =>
        new(typeof(T), value => Tag(typeof(T), write((T)value)), read);

    private static PSObject Tag(Type type, object value)
    {
        var form = new PSObject();
        form.TypeNames.Insert(0, Prefix + type.FullName);
        form.Properties.Add(new PSNoteProperty(Value, value));
        return form;
    }

    private static string? Text(PSObject copy) => Unwrap(copy.Properties[Value]?.Value ?? copy.BaseObject) as string;

    private static byte[]? Bytes(PSObject copy) => Unwrap(copy.Properties[Value]?.Value ?? copy.BaseObject) as byte[];

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    // As PowerShell writes it.
    private static DateTimeOffset? ReadTime(PSObject copy) =>
        Unwrap(copy.Properties["Ticks"]?.Value) is long ticks && Unwrap(copy.Properties["Offset"]?.Value) is TimeSpan offset
            ? new DateTimeOffset(ticks, offset)
            : null;

    private static X509Certificate2? ReadCertificate(PSObject copy) => copy.BaseObject as X509Certificate2
        ?? ((Bytes(copy) ?? Unwrap(copy.Properties[nameof(X509Certificate2.RawData)]?.Value) as byte[]) is { } bytes
            ? X509CertificateLoader.LoadCertificate(bytes)
            : null);

    private static PSObject WriteInformation(object value)
    {
        var information = (PeerContentInformation)value;
        PSObject form = Tag(typeof(PeerContentInformation), information.Segments.Count > 0 ? information.Encode().ToArray() : Array.Empty<byte>());
        form.Properties.Add(new PSNoteProperty(Origin, information.ContentId));
        return form;
    }

    private static PeerContentInformation? ReadInformation(PSObject copy)
    {
        string? origin = Unwrap(copy.Properties[Origin]?.Value) as string;
        return Bytes(copy) switch
        {
            null => null,
            { Length: 0 } => PeerContentInformation.CreateEmpty(origin ?? ""),
            var bytes => PeerContentInformation.Decode(bytes, origin),
        };
    }
}
