-- Health of every kind of llmoperator.dev, for Argo CD.
local function condition(type)
  for _, c in ipairs((obj.status or {}).conditions or {}) do
    if c.type == type then
      return c
    end
  end
  return nil
end

-- The routers' accounts have no health of their own.
if obj.kind == "BudgetLedger" then
  return { status = "Healthy", message = "" }
end
local health = { status = "Progressing", message = "Nobody has looked at it yet." }
if obj.metadata.deletionTimestamp ~= nil then
  health.message = "It is being deleted."
  return health
end
local status = obj.status or {}
if status.observedGeneration ~= nil and status.observedGeneration ~= obj.metadata.generation then
  health.message = "The last change has not been looked at yet."
  return health
end
local stalled = condition("Stalled")
if stalled ~= nil and stalled.status == "True" then
  return { status = "Degraded", message = stalled.message or "" }
end
local reconciling = condition("Reconciling")
if reconciling ~= nil and reconciling.status == "True" then
  health.message = reconciling.message or ""
  return health
end
local ready = condition("Ready")
if ready ~= nil then
  health.message = ready.message or ""
  if ready.status == "True" then
    health.status = "Healthy"
    if ready.reason == "ScaledToZero" then
      health.status = "Suspended"
    end
  end
end
return health
