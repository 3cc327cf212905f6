using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>
/// Something made from PEM texts or files, made again from the files when five minutes have passed (C6). Files that
/// cannot be read keep the old. Looked at when used: an idle client reads nothing.
/// </summary>
internal sealed partial class ReloadingPem<T>
    where T : class
{
    private static readonly TimeSpan s_freshFor = TimeSpan.FromMinutes(5);

    private readonly Func<string> _read;
    private readonly Func<string, T> _make;
    private readonly bool _reloads;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private string _text;
    private T _value;
    private long _readAt;

    /// <param name="read">Reads the PEM text.</param>
    /// <param name="make">Makes the value; throws when the text is bad.</param>
    /// <param name="reloads">False when the text is fixed.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Hears of bad files.</param>
    public ReloadingPem(
        Func<string> read,
        Func<string, T> make,
        bool reloads,
        TimeProvider time,
        ILogger logger
    )
    {
        (_read, _make, _reloads, _time, _logger) = (read, make, reloads, time, logger);
        _text = read();
        _value = make(_text);
        _readAt = time.GetTimestamp();
    }

    /// <summary>Told, outside the lock, when the text has changed.</summary>
    public Action? Changed { get; init; }

    public T Value
    {
        get
        {
            bool changed = false;
            T value;
            lock (_lock)
            {
                if (_reloads && _time.GetElapsedTime(_readAt) >= s_freshFor)
                {
                    changed = Reload();
                }

                value = _value;
            }

            if (changed)
            {
                Changed?.Invoke();
            }

            return value;
        }
    }

    private bool Reload()
    {
        _readAt = _time.GetTimestamp();
        try
        {
            string text = _read();
            if (text == _text)
            {
                return false;
            }

            _value = _make(text);
            _text = text;
            return true;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or System.Security.Cryptography.CryptographicException
                        or ArgumentException
            )
        {
            LogKeepingOld(typeof(T).Name, e.Message);
            return false;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Cannot read the TLS files again, keeping the old {What}: {Problem}"
    )]
    private partial void LogKeepingOld(string what, string problem);
}
