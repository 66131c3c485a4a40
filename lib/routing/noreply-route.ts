/**
 * A route for memcached's proxy that answers nothing to a request that asks for no answer, whatever its child routes do.
 *
 * By itself the proxy leaves it to the nodes, with the last word spoilt: nodes before 1.6.40 refuse a `delete` like that,
 * and a route that writes the request anew, as into a gutter, forgets the word. Either way the client gets a line that it
 * takes for its next answer. https://github.com/memcached/memcached/issues/1312
 */
export const NOREPLY_ROUTE = `local TOKENS = {
  [mcp.CMD_SET] = 6, [mcp.CMD_ADD] = 6, [mcp.CMD_REPLACE] = 6, [mcp.CMD_APPEND] = 6, [mcp.CMD_PREPEND] = 6,
  [mcp.CMD_CAS] = 7, [mcp.CMD_INCR] = 4, [mcp.CMD_DECR] = 4, [mcp.CMD_TOUCH] = 4, [mcp.CMD_DELETE] = 3,
}
local function wants_no_reply(r, last)
  if r:ntokens() ~= last then return false end
  -- From 1.6.40 on token() gives the key, whichever is asked for; raw_line() came with it.
  return string.find(r.raw_line and r:raw_line() or " " .. r:token(last), " noreply *$") ~= nil
end
function route_noreply_conf(arguments) return arguments end
function route_noreply_start(arguments, context, generator)
  local child = generator:new_handle(arguments.child)
  generator:ready { n = context:label(), u = 1, f = function(rctx)
    local silence = rctx:response_new()
    return function(r)
      local command = r:command()
      if command == mcp.CMD_MS and r:has_flag("q") then
        r:flag_del("q")
        local response = rctx:enqueue_and_wait(r, child)
        return response:ok() and response:code() == mcp.MCMC_CODE_OK and silence or response
      end
      if not wants_no_reply(r, TOKENS[command]) then return rctx:enqueue_and_wait(r, child) end
      r:token(TOKENS[command], "")
      rctx:enqueue_and_wait(r, child)
      return silence
    end
  end }
end
register_route_handlers { "noreply" }
`;
