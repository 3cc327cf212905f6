using System.Net;
using System.Net.Http.Headers;

namespace LlmOperator.Models.Sources;

/// <summary>Ranges over HTTP with every answer checked, and of local files.</summary>
public sealed class RangeClient : IRangeClient
{
    private readonly GuardedHttp _http;
    private readonly SourceSettings _settings;
    private readonly TimeProvider _time;

    /// <summary>Uses the connections of <paramref name="http"/>.</summary>
    public RangeClient(GuardedHttp http, SourceSettings settings, TimeProvider time)
    {
        _http = http;
        _settings = settings;
        _time = time;
    }

    /// <inheritdoc/>
    public Task<RangeResponse> OpenRangeAsync(
        ResolvedFile file,
        long offset,
        CancellationToken cancellationToken
    ) => OpenAsync(file, offset, null, cancellationToken);

    /// <inheritdoc/>
    public Task<RangeResponse> OpenRangeAsync(
        ResolvedFile file,
        long offset,
        long length,
        CancellationToken cancellationToken
    ) => OpenAsync(file, offset, length, cancellationToken);

    private async Task<RangeResponse> OpenAsync(
        ResolvedFile file,
        long offset,
        long? length,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, file.SizeBytes);
        if (file.Url.IsFile)
        {
            return OpenFile(file, offset, length);
        }

        long? last = length is { } count ? offset + count - 1 : null;
        HttpResponseMessage response = await _http.SendAsync(
            new GuardedRequest(HttpMethod.Get, file.Url)
            {
                HostHeaders = file.Headers,
                Repository = file.Repository,
                Range = new RangeHeaderValue(offset, last),
            },
            cancellationToken
        );
        try
        {
            return await CheckedAsync(file, offset, last ?? file.SizeBytes - 1, response, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static RangeResponse OpenFile(ResolvedFile file, long offset, long? length)
    {
        try
        {
            FileStream stream = new(file.Url.LocalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Position = offset;
            long bytes = length ?? stream.Length - offset;
            return new RangeResponse(RangeOutcome.FromOffset, new BoundedStream(stream, bytes))
            {
                TotalBytes = stream.Length,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelSourceException(
                ModelSourceFailure.NotFound,
                $"The file '{file.Url.LocalPath}' cannot be read: {error.Message}",
                error
            );
        }
    }

    private async Task<RangeResponse> CheckedAsync(
        ResolvedFile file,
        long offset,
        long last,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent:
                RequirePlain(response);
                RequireRange(file, offset, last, response);
                return await OpenAsync(
                    RangeOutcome.FromOffset,
                    last - offset + 1,
                    response,
                    cancellationToken
                );
            case HttpStatusCode.OK:
                RequirePlain(response);
                if (response.Content.Headers.ContentLength is { } length && length != file.SizeBytes)
                {
                    throw SourceAnswers.Invalid(
                        response,
                        $"sends {length} bytes where {file.SizeBytes} were announced"
                    );
                }

                return await OpenAsync(RangeOutcome.FromStart, file.SizeBytes, response, cancellationToken);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                response.Dispose();
                return new RangeResponse(RangeOutcome.ResolveAgain, Stream.Null);
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                throw SourceAnswers.Invalid(response, $"has fewer bytes than the {file.SizeBytes} announced");
            default:
                throw SourceAnswers.Error(response, "this file", _time);
        }
    }

    private async Task<RangeResponse> OpenAsync(
        RangeOutcome outcome,
        long bytes,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        Stream content = await response.Content.ReadAsStreamAsync(cancellationToken);
        EntityTagHeaderValue? tag = response.Headers.ETag;
        return new RangeResponse(
            outcome,
            new BoundedStream(content, bytes, _settings.ResponseTimeout, _time),
            response
        )
        {
            Address = response.RequestMessage?.RequestUri,
            TotalBytes =
                response.Content.Headers.ContentRange?.Length ?? response.Content.Headers.ContentLength,
            EntityTag =
                tag is { IsWeak: false } ? tag.Tag
                : response.Content.Headers.LastModified is { } changed ? $"modified {changed:R}"
                : null,
        };
    }

    // A body with a content encoding has other bytes than the file.
    private static void RequirePlain(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentEncoding.Any(coding => coding is not "identity"))
        {
            throw SourceAnswers.Invalid(response, "compresses the file on the way");
        }
    }

    private static void RequireRange(ResolvedFile file, long offset, long last, HttpResponseMessage response)
    {
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        bool right =
            range is { Unit: "bytes", HasRange: true }
            && range.From == offset
            && range.To == last
            && (range.Length is null || range.Length == file.SizeBytes)
            && (response.Content.Headers.ContentLength ?? last - offset + 1) == last - offset + 1;
        if (!right)
        {
            throw SourceAnswers.Invalid(response, $"was asked for bytes {offset}-{last} and sends '{range}'");
        }
    }
}
