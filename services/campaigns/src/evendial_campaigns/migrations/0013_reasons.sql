-- Why numbers have failed, counted without reading the list.
create index number_progress_failed on number_progress(campaign_id, disposition) where state = 'failed';
create index number_progress_retry on number_progress(campaign_id, retry_at) where state = 'waiting_retry';
