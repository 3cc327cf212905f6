namespace LlmOperator.Testing.Registries;

/// <summary>What the stand-in does wrong. Each is used for <see cref="Times"/> requests for content, then it heals.</summary>
public abstract record RegistryFault
{
    private RegistryFault() { }

    /// <summary>Requests that are affected; default one.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Requests for fewer bytes do not count, such as a resolver's for one byte; default 0.</summary>
    public long LeastBytes { get; init; }

    /// <summary>Flips the lowest bit of the byte at an offset of the file. Requests without that byte do not count.</summary>
    public sealed record FlipByte(long Offset) : RegistryFault;

    /// <summary>Cuts the connection after so many bytes of the body.</summary>
    public sealed record CutAfter(long Bytes) : RegistryFault;

    /// <summary>Answers a status without content.</summary>
    public sealed record Status(int Code, int? RetryAfterSeconds = null) : RegistryFault;

    /// <summary>Answers a status to a request for the byte at an offset of the file. Others do not count.</summary>
    public sealed record StatusAt(int Code, long Offset, int? RetryAfterSeconds = null) : RegistryFault;

    /// <summary>Answers 200 and the whole file to a request for a range.</summary>
    public sealed record IgnoreRange : RegistryFault;

    /// <summary>Answers 206 with the bytes asked for and a Content-Range that is off by one.</summary>
    public sealed record WrongContentRange : RegistryFault;

    /// <summary>Says Content-Encoding: gzip.</summary>
    public sealed record Compressed : RegistryFault;

    /// <summary>Announces and sends one byte less than was asked for.</summary>
    public sealed record ShortBody : RegistryFault;

    /// <summary>Sends so many bytes a second.</summary>
    public sealed record Slow(long BytesPerSecond) : RegistryFault;

    /// <summary>Sends so many bytes and then nothing, with the connection open.</summary>
    public sealed record StallAfter(long Bytes) : RegistryFault;

    /// <summary>Stalls before the byte at an offset of the file. Requests without that byte do not count.</summary>
    public sealed record StallAt(long Offset) : RegistryFault;

    /// <summary>Says another ETag than before.</summary>
    public sealed record OtherEntityTag : RegistryFault;

    /// <summary>Serves the file as if it ended after so many bytes.</summary>
    public sealed record Truncated(long Bytes) : RegistryFault;

    /// <summary>Announces more bytes than come.</summary>
    public sealed record WrongContentLength : RegistryFault;

    /// <summary>Redirects to any address.</summary>
    public sealed record RedirectTo(Uri Address) : RegistryFault;
}
