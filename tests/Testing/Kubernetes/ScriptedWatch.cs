using System.Threading.Channels;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>One watch of a <see cref="ScriptedWatchClient"/>, as its server side.</summary>
public sealed class ScriptedWatch(WatchOptions options)
{
    public WatchOptions Options => options;

    internal Channel<WatchEvent<Widget>> Events { get; } = Channel.CreateUnbounded<WatchEvent<Widget>>();

    public void Added(Widget widget) => Send(new WatchEvent<Widget>.Added(widget));

    public void Modified(Widget widget) => Send(new WatchEvent<Widget>.Modified(widget));

    public void Deleted(Widget widget) => Send(new WatchEvent<Widget>.Deleted(widget));

    public void Bookmark(string version, bool isInitialEventsEnd = false) =>
        Send(new WatchEvent<Widget>.Bookmark(version, isInitialEventsEnd));

    public void Error(int code, string reason) =>
        Send(new WatchEvent<Widget>.Error(new KubernetesStatus { Code = code, Reason = reason }));

    /// <summary>Ends the watch: normally, or as a client would see a broken one.</summary>
    public void End(Exception? error = null) => Events.Writer.TryComplete(error);

    private void Send(WatchEvent<Widget> watchEvent) => Events.Writer.TryWrite(watchEvent);
}
